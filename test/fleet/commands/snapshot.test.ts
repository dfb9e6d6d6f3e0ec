import { beforeAll, beforeEach, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { declare, fleet, pathOf, plan, prints, waits, type FleetFile } from "../../support/fleet/fleet.ts";
import { compare, onRunner } from "../../support/fleet/snapshot-plan.ts";
import { machineState } from "../../support/fleet/state.ts";
import { reasonOf } from "../../../src/plan/agent-plan.ts";

/** Returns a fleet with every feature; `token` is a secret of one of its agents. */
function declared(token: string, agents: Readonly<Record<string, object>> = {}): FleetFile {
  return {
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
    agents: {
      busy: { command: prints("tick", 0.1), onChange: "when-idle" },
      down: { command: "sleep 0.1; exit 3", restart: { policy: "no" } },
      kept: { onChange: "keep" },
      secretive: {
        command: "exec sleep 1000 # --token hush-command",
        env: { API_TOKEN: token, HOME_PAGE: "https://me:hush-address@example.org/", MODEL: "opus" },
        envFiles: ["~/secret.env"],
        resources: { memoryMax: "512M" },
      },
      suspended: {},
      two: {},
      ...agents,
    },
  };
}

const first = declared("hush-declared", { gone: {}, protected: { protect: true } });

/** Returns the fleet with a change in each agent, without some agents, and with a new one. */
function second(): FleetFile {
  const { agents, ...rest } = declared("hush-renewed", { added: { env: { PASSWORD: "hush-added" } } });
  const changed = Object.entries(agents).map(([name, entry]) => [name, { ...entry, description: "changed" }]);
  const env = { MODEL: "haiku" };
  const { busy, kept, suspended } = agents;
  return {
    ...rest,
    agents: {
      ...(Object.fromEntries(changed) as FleetFile["agents"]),
      busy: { ...busy, env },
      kept: { ...kept, env },
      suspended: { ...suspended, env },
    },
  };
}

describe("a snapshot", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.write("~/secret.env", "KEY=hush-file\n", 0o600);
    await declare(box, first);
    const applied = await fleet(box, "apply", "--yes");
    // 4 if the agent has already failed when the apply looks.
    if (applied.code !== 0 && applied.code !== 4) throw new Error(`${applied.stdout}${applied.stderr}`);
    await fleet(box, "suspend", "suspended");
    await box.write(
      `~/.config/${pathOf.env("by-hand")}`,
      "API_TOKEN=hush-foreign\nNOTE=hush-foreign\n",
      0o600,
    );
    await box.sh(
      "systemctl --user start mosaic-agent@by-hand.service; tmux -L mosaic-factory new-session -d -s notes",
    );
    await until("down is down", async () =>
      (await plan(box)).agents.some((agent) => reasonOf(agent) === "failed"),
    );
  });
  beforeEach(() => declare(box, first));

  /** Expects the same plan on the runner as on the machine, with no secret in anything, and returns it as text. */
  async function expectAlike(): Promise<string> {
    const { snapshot, live, against } = await compare(box);
    expect(against).toEqual(live);
    expect([snapshot, ...live].filter((text) => text.includes("hush"))).toEqual([]);
    return live[0] ?? "";
  }

  it("is taken without a change, and names its fleet, machine and moment", async () => {
    const before = await machineState(box);
    const ran = await fleet(box, "snapshot");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(await machineState(box)).toEqual(before);
    expect(JSON.parse(ran.stdout)).toMatchObject({
      formatVersion: "1.0",
      fleet: "mosaic",
      socket: "mosaic-factory",
      machine: { home: box.home, uid: box.uid },
      takenAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT.*Z$/) as string,
    });
  });

  it("gives the plan of its machine elsewhere, for an unedited fleet", async () => {
    const text = await expectAlike();
    expect(text).toContain("agent down will be started: it failed (exit status 3)");
    expect(text).toContain("left alone: unit mosaic-agent@by-hand.service");
  });

  it("gives the same plan if everything was edited", async () => {
    await declare(box, second());
    const text = await expectAlike();
    for (const words of [
      "+ agent added will be added",
      ". agent busy pending: env.MODEL changed, busy",
      "- agent gone will be removed",
      ". agent kept pending: env.MODEL changed, onChange: keep",
      "! agent protected is blocked",
      "agent secretive will be restarted: env.API_TOKEN changed",
      ". agent suspended pending: env.MODEL changed, suspended by",
      "~ agent two will be changed in place",
    ])
      expect(text).toContain(words);
  });

  it("gives the same plan after manual edits of files, with secrets in them", async () => {
    const [env, dropIn] = [`~/.config/${pathOf.env("secretive")}`, `~/.config/${pathOf.dropIn("secretive")}`];
    await box.sh(`
      cp ${env} ~/env.before; cp ${dropIn} ~/dropin.before
      sed -i 's/hush-declared/hush-edited/; s/opus/sonnet/; 3i NOTE=hush-edited' ${env}
      printf 'MORE="hush-declared"\\n# API_TOKEN hush-comment\\nexport API_KEY=hush-export' >>${env}
      sed -i '2i Environment=API_TOKEN=hush-dropin \\\\\\n  MORE=hush-dropin' ${dropIn}
      echo Environment=PASSWORD=hush-below >>${dropIn}
      chmod 644 ~/.config/${pathOf.env("two")}`);
    const text = await expectAlike();
    expect(text).toContain("agent secretive will be changed in place: env file was edited by hand");
    expect(text).toContain("-MODEL=sonnet");
    expect(text).toContain("-NOTE=(sensitive value)");
    expect(text).toContain("-MORE=(sensitive value)");
    expect(text).toContain("-Environment=API_TOKEN=(sensitive value)");
    expect(text).toContain("agent two will be changed in place: env file has mode 0644 instead of 0600");
    // No file marks it as a secret any more.
    await box.sh(`sed -i /^MORE=/d ${env}`);
    await declare(box, second());
    expect(await expectAlike()).toContain("agent secretive will be restarted");
    await box.sh(
      `cp ~/env.before ${env}; cp ~/dropin.before ${dropIn}; chmod 600 ~/.config/${pathOf.env("two")}`,
    );
  });

  it("knows the files that the fleet file refers to, and lists unknown ones that it assumes to exist", async () => {
    await fleet(box, "snapshot");
    await box.sh("fleet snapshot >live.json");
    await declare(
      box,
      declared("hush-declared", {
        gone: {},
        protected: { protect: true },
        far: { workdir: "~/far", envFiles: ["~/far.env"] },
      }),
    );
    const ran = await onRunner(box, "plan", "--against", "live.json");
    expect(ran).toMatchObject({ code: 0, stderr: "" });
    expect(ran.stdout).toContain("+ agent far will be added");
    for (const path of ["far", "far.env"])
      expect(ran.stdout).toMatch(
        new RegExp(
          `^Note: Planned against .* as of .*Z, which says nothing of ${box.home}/${path}: it is assumed to exist\\.$`,
          "m",
        ),
      );
    expect(ran.stdout.match(/says nothing of/g)).toHaveLength(2);
    expect((await fleet(box, "plan")).stdout).toContain("! agent far is blocked");
  });

  it("is refused for another fleet, for another version, and if it is not a snapshot", async () => {
    await box.sh(`
      fleet snapshot >live.json
      sed 's/"version": ".*"/"version": "9.9.9"/' live.json >newer.json
      fleet plan --json >plan.json; head -c 1000 live.json >cut.json`);
    const refusal = async (file: string): Promise<string> => {
      const ran = await onRunner(box, "plan", "--against", file);
      expect({ code: ran.code, stdout: ran.stdout }).toEqual({ code: 3, stdout: "" });
      return ran.stderr;
    };
    expect(await refusal("newer.json")).toContain(
      "Error: newer.json was taken by mosaic-fleet 9.9.9, and this is ",
    );
    for (const file of ["plan.json", "cut.json", "fleet.yaml"]) {
      const said = await refusal(file);
      expect(said).toContain(`Error: ${file} is not a snapshot of a fleet`);
      expect(said).toContain("fleet snapshot > live.json");
    }
    await declare(box, { ...first, name: "night" });
    expect(await refusal("live.json")).toContain(
      "Error: live.json is of fleet mosaic on socket mosaic-factory",
    );
    await declare(box, { ...first, tmux: { socket: "other" } });
    expect(await refusal("live.json")).toContain("fleet.yaml declares fleet mosaic on socket other");
    expect(await onRunner(box, "plan", "--against", "nowhere.json")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("cannot read the snapshot nowhere.json") as string,
    });
  });

  it("makes no plan that could be saved", async () => {
    await box.sh("fleet snapshot >live.json; rm -f saved.json");
    for (const against of ["live.json", "empty"]) {
      const ran = await onRunner(box, "plan", "--against", against, "--out", "saved.json");
      expect(ran).toMatchObject({ code: 64, stdout: "" });
      expect(ran.stderr).toContain("leave out --out, or --against");
    }
    expect((await box.run(["test", "-e", "saved.json"])).code).toBe(1);
  });

  it("is a machine without a fleet if it is empty", async () => {
    const ran = await onRunner(box, "plan", "--against", "empty", "--detailed-exitcode");
    expect(ran).toMatchObject({ code: 2, stderr: "" });
    expect(ran.stdout).toContain("Plan: 8 to add, 0 to change, 0 to restart, 0 to remove.\n");
    expect(ran.stdout).not.toContain("Note:");
    expect((await onRunner(box, "plan", "--against", "empty", "secretive", "--json")).stdout).not.toContain(
      "hush",
    );
  });

  it("cannot be taken if something cannot be read", async () => {
    expect(await onRunner(box, "snapshot")).toMatchObject({ code: 1, stdout: "" });
    await declare(box, "agents: [");
    expect(await fleet(box, "snapshot")).toMatchObject({ code: 65, stdout: "" });
  });

  it("gives the same plan without a tmux server", async () => {
    await box.sh("systemctl --user stop mosaic-tmux-holder.service");
    expect(await expectAlike()).toContain("agent two will be started: it does not run");
    await declare(box, second());
    await expectAlike();
  });

  it("gives the same plan without anything left on the machine", async () => {
    await fleet(box, "destroy", "--yes");
    expect(await expectAlike()).toContain("+ agent secretive will be added");
  });
});
