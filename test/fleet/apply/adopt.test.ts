import { readFileSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { useSandbox } from "../../support/rig/use-sandbox.ts";
import { observeRun, says } from "../../support/fleet/effect.ts";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState, sessionState, unitState } from "../../support/fleet/state.ts";

const unitsDir = new URL("../../../units/", import.meta.url);
const text = (file: string) => readFileSync(new URL(file, unitsDir), "utf8");

/** A unit as a reader of systemd.exec(5) writes it. */
const handWritten = `# my first agent
MOSAIC_AGENT_RUNTIME=shell
MOSAIC_AGENT_COMMAND='echo up; exec sleep 1000'
MODEL = "opus"
GREETING="say \\"hi\\"" for "\\$5"
`;
const asWritten = {
  command: waits,
  runtime: "shell",
  env: { MODEL: "opus", GREETING: 'say "hi"for "$5"' },
};

function declared(canary: object, more: object = {}) {
  return { runtimes: { shell: { command: "sh" } }, agents: { canary: { ...asWritten, ...canary }, ...more } };
}

describe("An agent made by hand", () => {
  const box = useSandbox();
  const running = () =>
    Promise.all([unitState(box, "mosaic-*"), sessionState(box, "mosaic-factory")]).then((parts) =>
      parts.flat(),
    );

  beforeAll(async () => {
    for (const unit of ["mosaic-tmux-holder.service", "mosaic-agent@.service"]) {
      await box.write(`~/.config/systemd/user/${unit}`, text(unit));
    }
    await box.write(
      "~/.config/mosaic/tools/fleet/start-agent-session.sh",
      text("start-agent-session.sh"),
      0o755,
    );
    await box.write("~/.config/mosaic/fleet/agents/canary.env", handWritten);
    await box.write("~/.config/mosaic/fleet/agents/stranger.env", handWritten);
    await box.sh("systemctl --user daemon-reload; systemctl --user start mosaic-agent@{canary,stranger}");
  });

  it("is blocked, with the command that takes it over", async () => {
    await declare(box, declared({}));
    const before = await machineState(box);
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain("fleet adopt canary");
    expect(await machineState(box)).toEqual(before);
  });

  it.each([
    ["another value", { env: { ...asWritten.env, MODEL: "sonnet" } }, "(env.MODEL)"],
    ["a variable less", { env: { MODEL: "opus" } }, "(env.GREETING)"],
    ["another command and place", { command: "top", workdir: "/tmp" }, "(command, workdir)"],
    ["envFiles", { envFiles: ["~/secret.env"] }, "(envFiles)"],
    ["state: stopped", { state: "stopped" }, "(state)"],
  ])("is not adopted if fleet.yaml has %s: that is reported, and nothing changes", async (_, keys, told) => {
    await box.write("~/secret.env", "A=1\n");
    await declare(box, declared(keys));
    const before = await machineState(box);
    const ran = await fleet(box, "adopt", "canary", "--yes");
    expect(ran.code).toBe(6);
    expect(ran.stdout).toContain(
      `canary is blocked: the running configuration is not the declared one ${told}`,
    );
    expect(await machineState(box)).toEqual(before);
  });

  it("is not adopted if its env file is newer than its start", async () => {
    await declare(box, declared({}));
    await box.sh("touch -d '1 min' ~/.config/mosaic/fleet/agents/canary.env");
    expect((await fleet(box, "adopt", "canary", "--yes")).stdout).toContain(
      "env file was changed after its start",
    );
    await box.sh("touch -d '1 hour ago' ~/.config/mosaic/fleet/agents/canary.env");
  });

  it("is adopted with its limits, without a restart and without any other agent", async () => {
    await declare(box, declared({ resources: { tasksMax: 99 } }));
    const before = await running();
    const effect = await observeRun(box, "adopt", "canary", "--yes");
    expect(effect).toMatchObject({ units: [], panes: [], left: {} });
    expect(effect.planned).toMatchObject({ canary: "adopt: adopted" });
    expect(effect.files.filter((file) => file.includes("stranger"))).toEqual([]);
    expect(await running()).toEqual(before);
    expect(await box.sh("systemctl --user show -p TasksMax mosaic-agent@canary")).toBe("TasksMax=99\n");
    expect((await plan(box)).notes).toContain("Runs an older start script until its next start: canary.");
  });

  it("is like any other agent after that", async () => {
    await declare(box, declared({ env: { ...asWritten.env, MODEL: "sonnet" }, onChange: "restart" }));
    expect(says(await plan(box))).toEqual({ canary: "restart: env-changed env.MODEL" });
    await apply(box);
    const pid = await box.sh("systemctl --user show -P MainPID mosaic-agent@canary");
    expect(Number(pid)).toBeGreaterThan(1);
    expect(says(await plan(box))).toEqual({});
  });

  it("is adopted by the next try if an earlier one was killed after marking its pane", async () => {
    await declare(box, declared({}, { stranger: asWritten }));
    const before = await running();
    await box.sh("chmod a-w ~/.config/mosaic/fleet/agents");
    expect((await fleet(box, "adopt", "stranger", "--yes")).code).toBe(1);
    expect(says(await plan(box, "stranger"))).toMatchObject({
      stranger: expect.stringContaining("blocked: not-ours") as string,
    });
    await box.sh("chmod u+w ~/.config/mosaic/fleet/agents");
    expect(await observeRun(box, "adopt", "stranger", "--yes")).toMatchObject({ units: [], panes: [] });
    expect(says(await plan(box, "stranger"))).toEqual({});
    expect(await running()).toEqual(before);
  });

  it.each([
    ["nothing is there", "true", "it does not exist yet"],
    [
      "it is a session that no unit made",
      "tmux -L mosaic-factory new-session -d -s late",
      "session late was not made by mosaic-agent@late.service",
    ],
    [
      "its env file is another fleet's",
      "tmux -L mosaic-factory kill-session -t =late:; echo '# mosaic-fleet: fleet=other agent=late' >~/.config/mosaic/fleet/agents/late.env",
      "late.env exists",
    ],
  ])("is not adopted if %s", async (_, prepare, told) => {
    await declare(box, declared({}, { stranger: asWritten, late: { command: waits } }));
    await box.sh(prepare);
    const before = await machineState(box);
    const ran = await fleet(box, "adopt", "late", "--yes");
    expect({ code: ran.code, told: ran.stdout.includes(told) }).toEqual({ code: 6, told: true });
    expect(await machineState(box)).toEqual(before);
  });
});
