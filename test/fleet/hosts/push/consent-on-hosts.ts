import { dirname } from "node:path";
import { expect, it } from "vitest";
import { declare } from "../../../support/fleet/fleet.ts";
import type { PushedHosts } from "../../../support/hosts/pushed-hosts.ts";
import { cli } from "../../../support/rig/outer.ts";
import type { Sandbox } from "../../../support/rig/sandbox.ts";
import { openTerminal } from "../../../support/rig/terminal.ts";

/** Adds the tests of questions, agreements and saved plans. */
export function asksForEachPlan({ both, fleet, json, machines, pids, run, text }: PushedHosts): void {
  it("changes nothing on a host whose plan has changed during the question", async () => {
    const terminal = await openTerminal(machines.desk, ["fleet", "apply", "--host", "build*"]);
    await terminal.waitFor("Apply these changes on build2?");
    await machines.host("build2").sh("systemctl --user stop mosaic-agent@coder-1.service");
    await terminal.type("yes");
    await terminal.press("Enter");
    await terminal.waitFor("the plan has changed since it was shown");
    expect(await terminal.exitCode()).toBe(3);
    await terminal.close();
    const state = await machines.host("build2").sh("systemctl --user is-active mosaic-agent@coder-x.service");
    expect(state).toBe("active\n");
    expect((await fleet("apply", "--yes", "--host", "build2")).code).toBe(0);
  });

  it("asks nobody without a terminal, and wants an agreement", async () => {
    await declare(machines.desk, text({ more: { ...run, hosts: "build1" } }));
    const { code, stderr } = await fleet("apply", "--host", "build1");
    expect([code, stderr]).toEqual([64, expect.stringContaining("confirmation needed")]);
    expect((await machines.host("build1").sh("ls ~/.config/mosaic/fleet/agents")).trim()).not.toContain(
      "more",
    );
  });

  it("changes nothing if fleet itself was replaced during the question", async () => {
    const { desk } = machines;
    const [dist, program] = [dirname(cli), `${desk.home}/program`];
    await declare(desk, text({ more: { ...run, hosts: "build1" } }));
    await desk.sh(`mkdir ${program} && cp ${dist}/*.js ${dist}/remote.* ${program}/`);
    const terminal = await openTerminal(desk, ["node", `${program}/cli.js`, "apply", "--host", "build1"]);
    await terminal.waitFor("Apply these changes on build1?");
    // An installation puts new files in the place of the old ones.
    await desk.sh(`mv ${program} ${program}.old && mkdir ${program} && cp ${dist}/*.js ${program}/`);
    await terminal.type("yes");
    await terminal.press("Enter");
    expect(await terminal.exitCode()).toBe(3);
    const screen = await terminal.screen();
    expect(screen).toContain("fleet was replaced during the question");
    expect(screen).toContain("Nothing was changed.");
    await terminal.close();
    expect(await machines.host("build1").sh("ls ~/.config/mosaic/fleet/agents 2>&1 || :")).not.toContain(
      "more",
    );
  });

  it("applies the saved plans of hosts, each exactly or not at all", async () => {
    const edited = { ...run, hosts: both, replicas: 2, env: { SAVED: "1" } };
    await declare(machines.desk, text({ coder: edited }));
    const [build1, build2] = both.map((name) => machines.host(name)) as [Sandbox, Sandbox];
    const before = await Promise.all([pids(build1), pids(build2)]);
    const planned = await fleet("plan", "--host", "all", "--out", "plan.json");
    expect([planned.code, planned.stderr]).toEqual([
      7,
      expect.stringMatching(/To do exactly this: fleet apply plan\.json\nWithout a plan, .*: gone\.\n$/),
    ]);
    expect(await machines.desk.sh("stat -c %a ~/work/plan.json")).toBe("600\n");
    for (const words of [["coder-1"], ["--now"], ["--host", "gpu=no"]])
      expect((await fleet("apply", "plan.json", ...words)).code).toBe(64);
    // fleet was renewed since, so its words for units may be others.
    await machines.desk.sh(`sed 's/"version": "[0-9.]*"/"version": "0.0.1"/' plan.json >old.json`);
    const renewed = await fleet("apply", "old.json");
    expect([renewed.code, renewed.stderr]).toEqual([
      3,
      expect.stringMatching(/old\.json was made by mosaic-fleet 0\.0\.1, and this is .*fleet plan --host/s),
    ]);
    expect(await Promise.all([pids(build1), pids(build2)])).toEqual(before);

    const skipping = ["--skip-unreachable", "--out", "two.json"];
    expect((await fleet("plan", "--host", "all", ...skipping)).code).toBe(0);
    expect(await machines.desk.sh("grep -c gone two.json || :")).toBe("0\n");
    await build2.sh("systemctl --user stop mosaic-agent@coder-2.service");
    const spoilt = await pids(build2);
    const { hosts } = await json("apply", "plan.json");
    expect(hosts).toMatchObject({
      build1: { state: "done", code: 0, result: { plan: { summary: { restart: 2 } } } },
      build2: {
        state: "done",
        code: 3,
        diagnostics: [{ summary: expect.stringContaining("is stale") as string }],
      },
      gone: { state: "not-begun", code: null },
    });
    expect(JSON.stringify(hosts["build2"])).toContain(
      "restart:mosaic-agent@coder-2.service: no longer needed",
    );
    expect(await pids(build2)).toBe(spoilt);
    expect(await pids(build1)).not.toBe(before[0]);
    const again = await fleet("apply", "plan.json", "--host", "build*");
    expect([again.code, again.stderr]).toEqual([
      3,
      expect.stringContaining("build1: plan.json has nothing left to do"),
    ]);
    expect((await fleet("apply", "--yes", "--host", "build2")).code).toBe(0);
  });
}
