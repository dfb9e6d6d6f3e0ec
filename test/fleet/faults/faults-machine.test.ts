import { fileURLToPath } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { openLane, type Lane, type Trial } from "../../support/faults/fault-lane.ts";
import { apply, declare, fleet, plan, prints, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";

const day = 86_400_000;

/** A fault of the machine during an apply. */
interface Case {
  readonly what: string;
  readonly env?: Record<string, string>;
  /** A folder that cannot be written. NAME stands for the fleet's. */
  readonly readOnly?: string;
  /** The exit code of the apply. */
  readonly code: number;
}

const cases: readonly Case[] = [
  ...[1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 14].map((from) => ({
    what: `the disk is full from the ${from}. call on that writes`,
    env: { FULL_FROM: String(from), CODE: "ENOSPC" },
    code: 1,
  })),
  ...["EDQUOT", "EIO", "EROFS"].map((code) => ({
    what: `the disk fails half-way with ${code}`,
    env: { FULL_FROM: "5", CODE: code },
    code: 1,
  })),
  { what: "its env folder is read-only, which it mends", readOnly: "~/.config/NAME/fleet/agents", code: 4 },
  {
    what: "the folder of links is read-only",
    readOnly: "~/.config/systemd/user/default.target.wants",
    code: 1,
  },
  { what: "the folder of the locks is read-only", readOnly: "$XDG_RUNTIME_DIR/mosaic-fleet", code: 1 },
  ...[1, 2, 3].flatMap((from) =>
    [-day, day].map((by) => ({
      what: `the clock jumps by ${by / day} days after ${from - 1} looks at it`,
      env: { CLOCK_BY: String(by), CLOCK_FROM: String(from) },
      code: 4,
    })),
  ),
];

describe("a machine with a fault", () => {
  const box = useSandbox({
    visible: {
      "rig/fault-hook.cjs": fileURLToPath(new URL("../../support/faults/fault-hook.cjs", import.meta.url)),
      "rig/node-calls.cjs": fileURLToPath(new URL("../../support/faults/node-calls.cjs", import.meta.url)),
    },
  });
  const trials = new Map<Case, { readonly trial: Trial; readonly mended: readonly string[] }>();

  beforeAll(async () => {
    const queue = [...cases];
    // These folders are every fleet's: such a case has the machine to itself.
    const alone = queue.filter(({ readOnly }) => readOnly !== undefined && !readOnly.includes("NAME"));
    const shared = queue.filter((each) => !alone.includes(each));
    const lanes = await Promise.all(["lane-a", "lane-b"].map((name) => openLane(box, name)));
    await Promise.all(
      lanes.map(async (lane, index) => {
        for (let next = shared.shift(); next !== undefined; next = shared.shift()) {
          await tryOne(next, lane, `lane-${"ab"[index]}`);
        }
      }),
    );
    const [lane] = lanes;
    for (const each of alone) if (lane) await tryOne(each, lane, "lane-a");
  }, 300_000);

  async function tryOne(each: Case, lane: Lane, name: string): Promise<void> {
    const folder = each.readOnly?.replace("NAME", name);
    await lane.turn();
    const env = { NODE_OPTIONS: "--require=/run/fleet/rig/fault-hook.cjs", NOTE: noteOf(each), ...each.env };
    if (folder !== undefined) await box.sh(`chmod 555 ${folder}`);
    const trial = await lane.apply(each.env === undefined ? {} : env);
    if (folder !== undefined) await box.sh(`chmod 755 ${folder}`);
    trials.set(each, { trial, mended: await lane.mend() });
  }

  const noteOf = (each: Case): string => `/tmp/met-${cases.indexOf(each)}`;

  it.each(cases)(
    "gets true reports and no half-done change, and is fixed by the next apply: $what",
    async (each) => {
      const tried = trials.get(each);
      expect(tried?.trial.wrongs).toEqual([]);
      expect(tried?.mended).toEqual([]);
      expect(tried?.trial.code).toBe(each.code);
      if (each.env !== undefined) expect((await box.run(["test", "-e", noteOf(each)])).code).toBe(0);
    },
  );
});

/** Ends only when it is killed, after its stopTimeout. */
const stubborn = { command: "trap '' TERM HUP; echo up; sleep 1000", stopTimeout: "5s" };

describe("a machine on which things end during an apply", () => {
  const box = useSandbox();

  const unit = (agent: string): string => `mosaic-agent@${agent}.service`;
  const stateOf = (agent: string, property: string): Promise<string> =>
    box.sh(`systemctl --user show --property=${property} --value ${unit(agent)}`);
  const common = {
    runtimes: { quiet: { command: waits } },
    defaults: { runtime: "quiet", onChange: "restart" },
  };

  it("gets the other agents restarted and started while one takes long to stop", async () => {
    await declare(box, { ...common, agents: { other: {}, same: {}, quick: {}, stubborn } });
    await apply(box);
    const [other, same] = [await stateOf("other", "MainPID"), await stateOf("same", "InvocationID")];
    await declare(box, { ...common, agents: { other: { env: { A: "1" } }, same: {}, added: {} } });
    const running = fleet(box, "apply", "--yes", "-v");
    await until("the others go on", async () => {
      const [pid, added] = [await stateOf("other", "MainPID"), await stateOf("added", "ActiveState")];
      return pid !== other && pid !== "0\n" && added === "active\n";
    });
    expect(await stateOf("stubborn", "ActiveState")).toBe("deactivating\n");
    const ran = await running;
    expect({ code: ran.code, said: ran.stderr }).toEqual({
      code: 0,
      said: expect.stringContaining("Still stopping: stubborn. The others go on.\n"),
    });
    // The reload in the middle of its end does not keep the stubborn one's session.
    const sessions = "tmux -L mosaic-factory list-sessions -F '#{session_name}'";
    expect(await box.sh(sessions)).toBe("added\nother\nsame\n");
    expect((await plan(box)).agents.filter(({ action }) => action !== "none")).toEqual([]);
    // For the added one, and once more for the rest of the stubborn one.
    expect(ran.stderr.match(/^\$ systemctl .* daemon-reload /gm)).toHaveLength(2);
    expect((await plan(box)).actions).toEqual([]);
    expect(await stateOf("same", "InvocationID")).toBe(same);
    expect(await box.sh("ls ~/.config/mosaic/fleet/agents")).toBe("added.env\nother.env\nsame.env\n");
    expect(await box.sh("ls $XDG_RUNTIME_DIR/mosaic-fleet")).not.toContain("reload-pending");
  });

  it("gets a true report although the user manager was re-executed in the middle", async () => {
    const quick = { ...stubborn, stopTimeout: "1500ms" };
    await declare(box, { ...common, agents: { other: {}, same: {}, stubborn: quick } });
    await apply(box);
    const same = await stateOf("same", "InvocationID");
    await declare(box, {
      ...common,
      agents: { other: { env: { A: "2" } }, same: {}, stubborn: { ...quick, state: "stopped" } },
    });
    const running = fleet(box, "apply", "--yes", "--json");
    await until(
      "the stop has begun",
      async () => (await stateOf("stubborn", "ActiveState")) === "deactivating\n",
    );
    await box.sh("systemctl --user daemon-reexec");
    const ran = await running;
    const said = JSON.parse(ran.stdout) as { readonly done: readonly string[] };
    expect({ code: ran.code, ...said }).toMatchObject({ code: 0, failed: [], skipped: [], verified: true });
    expect(said.done).toContain(`stop:${unit("stubborn")}`);
    // The unit's ExecStopPost= may not have seen that this was a stop: then its session is left to be closed.
    await apply(box);
    expect((await plan(box)).actions).toEqual([]);
    expect(await stateOf("same", "InvocationID")).toBe(same);
  });

  it("gets a true report if the tmux server dies in the middle, and is fixed by the next apply", async () => {
    await declare(box, { ...common, agents: { other: {}, same: {}, gone: {} } });
    await apply(box);
    await declare(box, { ...common, agents: { other: { env: { A: "3" } }, same: {}, added: {} } });
    const deadly = `#!/bin/sh
      case " $* " in *" daemon-reload "*) kill -9 "$(tmux -N -L mosaic-factory display-message -p '#{pid}')" ;; esac
      exec /usr/bin/systemctl "$@"\n`;
    await box.write("/tmp/deadly/systemctl", deadly, 0o755);
    const ran = await box.run(["fleet", "apply", "--yes", "--json"], {
      env: { PATH: "/tmp/deadly:/run/fleet/bin:/usr/bin:/bin" },
      timeoutMs: 60_000,
    });
    const said = JSON.parse(ran.stdout) as {
      readonly verified: boolean;
      readonly agentsFailed: readonly unknown[];
    };
    expect(ran.stderr).not.toMatch(/^ {2,}at /m);
    if (ran.code === 0) expect(said).toMatchObject({ verified: true, agentsFailed: [], failed: [] });
    else expect([1, 4]).toContain(ran.code);
    await until("everybody runs", async () => {
      await fleet(box, "apply", "--yes");
      return (await plan(box)).actions.length === 0;
    });
    expect(await box.sh(`systemctl --user is-active ${["added", "other", "same"].map(unit).join(" ")}`)).toBe(
      "active\nactive\nactive\n",
    );
  });

  it("has no agent taken as idle because the clock was set back, nor a file with a future time as unfinished", async () => {
    const patient = {
      env: { A: "1" },
      onChange: "when-idle",
      idleAfter: "1s",
      command: prints("tick", 0.2),
    };
    await declare(box, { ...common, agents: { patient } });
    await fleet(box, "apply", "--yes", "--allow-remove-all");
    await box.sh("find ~/.config -exec touch -h -d tomorrow {} +");
    // systemd asks for a reload too if a unit file is newer than the version it has read.
    expect((await plan(box)).actions.map(({ kind }) => kind)).toEqual(["daemon-reload"]);
    await fleet(box, "apply", "--yes");
    expect((await plan(box)).actions).toEqual([]);
    await declare(box, { ...common, agents: { patient: { ...patient, env: { A: "2" } } } });
    const early = "const now=Date.now;Date.now=()=>now()-86400000";
    await box.write("/tmp/early.cjs", early);
    const ran = await box.run(["fleet", "plan", "--json"], {
      env: { NODE_OPTIONS: "--require=/tmp/early.cjs" },
    });
    expect(JSON.parse(ran.stdout)).toMatchObject({
      agents: [{ name: "patient", action: "pending", hold: "busy", atStake: { idleSeconds: 0 } }],
    });
  });

  it("needs no HOME, and does not change without one", async () => {
    const unset = await box.run(["env", "-u", "HOME", "fleet", "status", "--json"]);
    expect({ code: unset.code, stderr: unset.stderr }).toEqual({ code: 0, stderr: "" });
    expect(JSON.parse(unset.stdout)).toMatchObject({ agents: [{ name: "patient", state: "running" }] });
    const before = await machineState(box);
    for (const [home, command, code] of [
      ["/nowhere", "apply --yes", 1],
      ["relative", "plan", 0], // the password database knows better
      ["", "plan", 0],
    ] as const) {
      const ran = await box.run(["env", `HOME=${home}`, "fleet", ...command.split(" ")]);
      expect({ home, code: ran.code }).toEqual({ home, code });
      expect(ran.stderr).not.toMatch(/^ {2,}at |internal error/m);
    }
    expect(await machineState(box)).toEqual(before);
  });
});
