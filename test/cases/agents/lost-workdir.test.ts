import { beforeAll, describe, expect, it } from "vitest";
import { apply, declare, fleet, plan, waits } from "../../support/fleet/fleet.ts";
import { machineState } from "../../support/fleet/state.ts";
import { until } from "../../support/rig/until.ts";
import { useSandbox } from "../../support/rig/use-sandbox.ts";

const tree = "/run/home/wt-coder";

describe("An agent whose workdir is removed while it runs", () => {
  const box = useSandbox();
  beforeAll(async () => {
    await box.sh(`mkdir ${tree}`);
    await declare(box, agents());
    await apply(box);
  });

  const agents = (other: object = {}, coder: object = {}) => ({
    defaults: { onChange: "restart" },
    agents: { coder: { command: waits, workdir: tree, ...coder }, other: { command: waits, ...other } },
  });
  const cwd = async (): Promise<string> =>
    (await box.sh("readlink /proc/$(tmux -L mosaic-factory display -p -t =coder: '#{pane_pid}')/cwd")).trim();

  it("is reported by plan, status and why, with advice, and nothing is done about it", async () => {
    expect((await plan(box)).notes).toEqual([]);
    await box.sh(`rmdir ${tree}`);
    const note = `coder works in ${tree}, which was removed: every call there fails.`;
    const planned = await plan(box);
    expect(planned.actions).toEqual([]);
    expect(planned.notes).toEqual([expect.stringContaining(note)]);
    expect(planned.notes[0]).toContain("Make the directory again, and then: fleet restart coder");
    expect((await fleet(box, "status")).stdout).toContain(note);
    expect((await fleet(box, "why", "coder")).stdout).toMatch(/workdir +\/run\/home\/wt-coder was removed/);
    const before = await machineState(box);
    await apply(box);
    expect(await machineState(box)).toEqual(before);
  });

  it("delays no other agent, and is not restarted into nothing, neither after an edit nor by hand", async () => {
    await declare(box, agents({ env: { V: "1" } }, { env: { V: "1" } }));
    const ran = await fleet(box, "apply", "--yes");
    expect(ran.code, ran.stdout).toBe(6);
    expect(ran.stdout).toContain(`agent coder is blocked: workdir ${tree} does not exist`);
    expect(ran.stdout).toContain("1 restarted");
    expect((await fleet(box, "restart", "--yes", "coder")).code).toBe(6);
    expect(await cwd()).toBe(`${tree} (deleted)`);
    await declare(box, agents({ env: { V: "1" } }));
  });

  it("is reported too if the directory exists again, and a restart brings the agent into it", async () => {
    await box.sh(`mkdir ${tree}`);
    expect((await plan(box)).notes).toEqual([
      `coder works in ${tree}, which was removed and made again since: every call in the old one fails. To work in the new one: fleet restart coder`,
    ]);
    expect((await fleet(box, "restart", "--yes", "coder")).code).toBe(0);
    expect(await cwd()).toBe(tree);
    expect((await plan(box)).notes).toEqual([]);
  });

  it("is blocked after a crash, with the reason, and runs again when the directory exists", async () => {
    await box.sh(`rmdir ${tree}; kill -9 $(cat $XDG_RUNTIME_DIR/mosaic-agent/coder/pid)`);
    await until("systemd has given up on it", async () =>
      (await box.sh("systemctl --user show -P ActiveState mosaic-agent@coder")).includes("failed"),
    );
    expect((await plan(box)).agents.find(({ name }) => name === "coder")).toMatchObject({
      action: "blocked",
      reason: "workdir-missing",
    });
    await box.sh(`mkdir ${tree}`);
    await apply(box);
    expect(await cwd()).toBe(tree);
  });
});
