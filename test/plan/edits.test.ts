import { describe, expect, it } from "vitest";
import type { FleetFile } from "../support/plan/resolved.ts";
import { edited, inShort, machineWith, planOn, trio, without } from "../support/plan/scene.ts";
import { emptyWorld } from "../support/plan/world.ts";
import { notesOf } from "../support/plan/detail.ts";

const world = machineWith(trio);

/** Plans an edit of the trio. */
function edit(agent: string, keys: Readonly<Record<string, unknown>>): readonly string[] {
  return inShort(planOn(world, edited(trio, agent, keys)));
}

describe("The plan for", () => {
  it("a new fleet writes all files, reloads once, and starts the holder and then all agents", () => {
    expect(inShort(planOn(emptyWorld(world.layout, world.inputs), trio))).toEqual([
      "holder: new",
      "template: new",
      "script: new",
      "canary: add new",
      "planner: add new",
      "tester: add new",
      "write-file mosaic/fleet/agents/canary.env (new)",
      "write-file mosaic/fleet/agents/planner.env (new)",
      "write-file mosaic/fleet/agents/tester.env (new)",
      "link systemd/user/default.target.wants/mosaic-agent@canary.service (new)",
      "link systemd/user/default.target.wants/mosaic-agent@planner.service (new)",
      "link systemd/user/default.target.wants/mosaic-agent@tester.service (new)",
      "write-file systemd/user/mosaic-agent@.service (new)",
      "write-file systemd/user/mosaic-agent@tester.service.d/50-fleet.conf (new)",
      "write-file systemd/user/mosaic-tmux-holder.service (new)",
      "daemon-reload (new)",
      "write-file mosaic/tools/fleet/start-agent-session.sh (new)",
      "start holder (not-running)",
      "start canary (new)",
      "start planner (new)",
      "start tester (new)",
    ]);
  });

  it("a new fleet with only stopped agents does not start the holder", () => {
    const empty = emptyWorld(world.layout, world.inputs);
    const idle = { agents: { canary: { command: "x", state: "stopped" } } };
    const kinds = planOn(empty, idle).actions.map(({ kind }) => kind);
    expect([...new Set(kinds)]).toEqual(["write-file", "daemon-reload"]);
    expect(planOn(empty, { agents: {} }).summary).toMatchObject({ add: 0, daemonReload: true });
  });

  it("an unchanged fleet is empty, for any order of its keys and any comments", () => {
    expect(inShort(planOn(world, trio))).toEqual([]);
    const text = `# a comment
version: 1
agents:
  tester:
    dependsOn: [planner] # another
    command: [test, --all]
  planner: { command: plan --watch }
  canary: { env: { MODEL: opus }, runtime: claude }
defaults: { workdir: ~/src }
runtimes: { claude: { command: claude } }
`;
    expect(inShort(planOn(world, text))).toEqual([]);
  });

  it("a new value in one agent's env is one file and one restart", () => {
    expect(edit("canary", { env: { MODEL: "sonnet" } })).toEqual([
      "canary: restart env-changed env.MODEL !agent",
      "reset-failed canary (env-changed)",
      "write-file mosaic/fleet/agents/canary.env (env-changed)",
      "restart canary (env-changed) !agent",
    ]);
  });

  it.each([
    ["a command", { command: "plan --once" }, "command-changed command"],
    ["a workdir", { workdir: "~/other" }, "workdir-changed workdir"],
    ["a runtime", { runtime: "claude" }, "runtime-changed runtime"],
    ["a variable more", { env: { A: "1" } }, "env-changed env.A"],
    ["an envFile", { envFiles: ["~/x.env"] }, "env-files-changed envFiles"],
    ["several things", { command: "x", env: { A: "1" } }, "config-changed command, env.A"],
  ])("%s of one agent restarts it, with the reason", (_, keys, why) => {
    const [first, ...rest] = edit("planner", keys);
    expect(first).toBe(`planner: restart ${why} !agent`);
    expect(rest.filter((line) => line.startsWith("restart"))).toHaveLength(1);
    expect(
      rest.filter((line) => !line.includes("planner") && line !== "daemon-reload (settings-changed)"),
    ).toEqual([]);
  });

  it.each([
    ["a description", { description: "smoke test" }, "Description"],
    ["a memory limit", { resources: { memoryMax: "8G" } }, "MemoryMax"],
    ["a restart policy", { restart: { policy: "always", delay: "2s" } }, "Restart, RestartSec"],
    ["a stop timeout", { stopTimeout: "5s" }, "TimeoutStopSec"],
  ])("%s is a drop-in and a reload, and no restart", (_, keys, directives) => {
    expect(edit("canary", keys)).toEqual([
      `canary: change settings-changed ${directives}`,
      "write-file systemd/user/mosaic-agent@canary.service.d/50-fleet.conf (settings-changed)",
      "daemon-reload (settings-changed)",
    ]);
  });

  it("removed settings removes the drop-in", () => {
    expect(inShort(planOn(world, edited(trio, "tester", { dependsOn: undefined })))).toEqual([
      "tester: change settings-changed After, Wants",
      "remove-file systemd/user/mosaic-agent@tester.service.d/50-fleet.conf (settings-changed)",
      "daemon-reload (settings-changed)",
    ]);
  });

  it("labels is empty, because they are not part of the machine", () => {
    expect(edit("canary", { labels: { team: "core" } })).toEqual([]);
  });

  it.each([
    ["protection", { protect: true }, "protect"],
    ["a policy", { onChange: "keep", idleAfter: "5m" }, "onChange, idleAfter"],
  ])("%s that is declared or removed writes the mark, and nothing else", (_, keys, fields) => {
    const change = [
      `canary: change settings-changed ${fields}`,
      "write-file mosaic/fleet/agents/canary.env (settings-changed)",
    ];
    expect(edit("canary", keys)).toEqual(change);
    expect(inShort(planOn(machineWith(edited(trio, "canary", keys)), trio))).toEqual(change);
  });

  it("an agent that becomes stopped stops it and removes its link, and its dependents no longer wait for it", () => {
    expect(edit("planner", { state: "stopped" })).toEqual([
      "planner: stop stop-wanted !agent",
      "tester: change settings-changed Wants",
      "stop planner (stop-wanted) !agent",
      "unlink systemd/user/default.target.wants/mosaic-agent@planner.service (enablement-changed)",
      "write-file systemd/user/mosaic-agent@tester.service.d/50-fleet.conf (settings-changed)",
      "daemon-reload (enablement-changed)",
    ]);
  });

  it("an agent that becomes running links and starts it", () => {
    const stopped = edited(trio, "canary", { state: "stopped" });
    expect(inShort(planOn(machineWith(stopped), trio))).toEqual([
      "canary: start not-running",
      "link systemd/user/default.target.wants/mosaic-agent@canary.service (link-missing)",
      "daemon-reload (link-missing)",
      "start canary (not-running)",
    ]);
  });

  it("an added agent adds it and changes no other", () => {
    expect(inShort(planOn(world, edited(trio, "zoo", { command: "x" })))).toEqual([
      "zoo: add new",
      "write-file mosaic/fleet/agents/zoo.env (new)",
      "link systemd/user/default.target.wants/mosaic-agent@zoo.service (new)",
      "daemon-reload (new)",
      "start zoo (new)",
    ]);
  });

  it("a removed agent stops it, and removes the file with its mark last", () => {
    expect(inShort(planOn(world, without(trio, "tester")))).toEqual([
      "tester: remove no-longer-declared !agent",
      "stop tester (no-longer-declared) !agent",
      "reset-failed tester (no-longer-declared)",
      "unlink systemd/user/default.target.wants/mosaic-agent@tester.service (no-longer-declared)",
      "remove-file systemd/user/mosaic-agent@tester.service.d/50-fleet.conf (no-longer-declared)",
      "daemon-reload (no-longer-declared)",
      "remove-file mosaic/fleet/agents/tester.env (no-longer-declared)",
    ]);
  });

  it("a renamed agent removes the old one and adds the new one", () => {
    const plan = planOn(world, edited(without(trio, "canary"), "sentry", { ...trio.agents?.["canary"] }));
    expect(inShort(plan).slice(0, 2)).toEqual([
      "canary: remove no-longer-declared !agent",
      "sentry: add new",
    ]);
    expect(plan.summary).toMatchObject({ add: 1, change: 0, restart: 0, remove: 1, daemonReload: true });
  });

  it("more replicas adds some, and fewer replicas removes the last ones", () => {
    const replicated = (replicas: number): FleetFile => ({ agents: { coder: { command: "x", replicas } } });
    const two = machineWith(replicated(2));
    expect(inShort(planOn(two, replicated(4))).slice(0, 2)).toEqual(["coder-3: add new", "coder-4: add new"]);
    const one = planOn(machineWith(replicated(4)), replicated(1));
    expect(inShort(one).slice(0, 4)).toEqual([
      "coder-2: remove no-longer-declared !agent",
      "coder-3: remove no-longer-declared !agent",
      "coder-4: remove no-longer-declared !agent",
      "stop coder-2 (no-longer-declared) !agent",
    ]);
    expect(one.refusals.map(({ guard }) => guard)).toEqual(["mass-removal"]);
  });

  it("a new content of an envFile restarts its agents", () => {
    const fleet = edited(trio, "canary", { envFiles: ["~/secret.env"] });
    const before = { envFiles: { "/home/ada/secret.env": "KEY=1" } };
    const after = { envFiles: { "/home/ada/secret.env": "KEY=2" } };
    expect(inShort(planOn(machineWith(fleet, before), fleet, { surroundings: before }))).toEqual([]);
    expect(inShort(planOn(machineWith(fleet, before), fleet, { surroundings: after }))).toEqual([
      "canary: restart env-files-changed envFiles !agent",
      "reset-failed canary (env-files-changed)",
      "write-file mosaic/fleet/agents/canary.env (env-files-changed)",
      "restart canary (env-files-changed) !agent",
    ]);
  });

  it("a new command of a runtime restarts its agents", () => {
    const fleet = { ...trio, runtimes: { claude: { command: "claude --new" } } };
    expect(inShort(planOn(world, fleet))[0]).toBe("canary: restart command-changed command !agent");
    expect(planOn(world, fleet).summary).toMatchObject({ restart: 1, change: 0 });
  });

  it("another tmux.conf writes the holder, and reports that it is not restarted", () => {
    const plan = planOn(world, { ...trio, tmux: { config: "~/tmux.conf" } });
    expect(inShort(plan)).toEqual([
      "holder: unit-changed Environment",
      "write-file systemd/user/mosaic-tmux-holder.service (unit-changed)",
      "daemon-reload (unit-changed)",
    ]);
    expect(notesOf(plan)).toEqual([
      "The new text of mosaic-tmux-holder.service takes effect at its next start. It is not restarted: that would end every session.",
    ]);
  });
});
