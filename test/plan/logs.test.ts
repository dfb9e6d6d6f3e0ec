import { describe, expect, it } from "vitest";
import type { Layout } from "../../src/desired/layout.ts";
import type { Action } from "../../src/plan/types.ts";
import type { Note } from "../../src/plan/note.ts";
import { keptLogNotes } from "../../src/plan/notes/log-notes.ts";
import { diffLog } from "../../src/plan/agent/diff-log.ts";
import type { RunDiff } from "../../src/plan/agent/diff-run.ts";
import type { AgentView } from "../../src/plan/view/agent-view.ts";
import { desiredOf } from "../support/plan/resolved.ts";

const none: RunDiff = { kind: "none", change: undefined, actions: [] };

const agentWith = (log: unknown, more: object = {}) => {
  const [agent] = desiredOf({ agents: { core: { command: "x", log, ...more } } }).agents;
  if (agent === undefined) throw new Error("there is no agent");
  return agent;
};

const viewOf = (log: string | undefined, isPiped: boolean, dead = false) =>
  ({
    unit: { name: "u", load: "loaded", active: "active", sub: "running" },
    pane: { id: "%1", pid: 7, dead, log, isPiped },
  }) as unknown as AgentView;

describe("The log of a running agent", () => {
  it("is as declared if the setting is the same and a process reads the pane", () => {
    expect(diffLog(agentWith(true), viewOf("10485760 3", true), none)).toBeUndefined();
    expect(diffLog(agentWith(false), viewOf(undefined, false), none)).toBeUndefined();
  });

  it("leaves a pipe of somebody else alone while there is no log", () => {
    expect(diffLog(agentWith(undefined), viewOf(undefined, true), none)).toBeUndefined();
  });

  it("is turned on, changed and turned off without interrupting anybody", () => {
    const on = diffLog(agentWith({ maxSize: "1M", keep: 0 }), viewOf(undefined, false), none);
    expect(on).toMatchObject({
      change: { reason: "settings-changed", names: ["log"] },
      action: {
        kind: "log",
        target: "%1",
        cost: "none",
        log: { pid: 7, setting: "1048576 0", event: "log turned on" },
      },
    });
    expect(diffLog(agentWith({ keep: 4 }), viewOf("10485760 3", true), none)?.action).toMatchObject({
      log: { setting: "10485760 4", event: "log goes on" },
    });
    expect(diffLog(agentWith(false), viewOf("10485760 3", true), none)?.action).toMatchObject({
      log: { setting: undefined },
    });
  });

  it("is started again if its reader has ended", () => {
    const fix = diffLog(agentWith(true), viewOf("10485760 3", false), none);
    expect(fix).toMatchObject({ change: { reason: "log-ended" }, action: { cost: "none" } });
  });

  it("waits for no restart that is pending, and is left to a start", () => {
    const view = viewOf(undefined, false);
    const change = { reason: "requested" } as const;
    const pending: RunDiff = { kind: "pending", hold: "busy", awaiting: "restart", change, actions: [] };
    expect(diffLog(agentWith(true), view, pending)).toBeDefined();
    expect(diffLog(agentWith(true), view, { kind: "restart", change, actions: [] })).toBeUndefined();
    expect(diffLog(agentWith(true), viewOf(undefined, false, true), none)).toBeUndefined();
    expect(diffLog(agentWith(true, { state: "stopped" }), view, none)).toBeUndefined();
  });
});

describe("The setting of a log", () => {
  const settingOf = (defaults: unknown, own: unknown) =>
    desiredOf({ defaults: { log: defaults }, agents: { core: { command: "x", log: own } } }).agents[0]?.log;

  it.each([
    [true, undefined, "10485760 3"],
    [true, false, undefined],
    [{ keep: 9 }, true, "10485760 9"],
    [{ maxSize: "1G", keep: 9 }, { keep: 1 }, "1073741824 1"],
    [false, { maxSize: "256K" }, "262144 3"],
  ])("is that of defaults with the agent's own over it: %j, %j", (defaults, own, setting) => {
    expect(settingOf(defaults, own)).toBe(setting);
  });

  it("is no part of the configuration that an agent runs with", () => {
    expect(agentWith(true).config).toEqual(agentWith(undefined).config);
    expect(agentWith(true).env.content).toContain('\nMOSAIC_AGENT_LOG="10485760 3"\n');
    expect(agentWith(undefined).env.content).not.toContain("MOSAIC_AGENT_LOG");
  });
});

describe("The log files that a plan leaves behind", () => {
  const layout = { envDir: "/e", recordsDir: "/s/agents" } as unknown as Layout;
  const views: Readonly<Record<string, Partial<AgentView>>> = {
    piped: { pane: { log: "10485760 3" } } as unknown as AgentView,
    stopped: { env: { kind: "file", content: 'A="b"\nMOSAIC_AGENT_LOG="1 2"\n' } as AgentView["env"] },
    never: { env: { kind: "file", content: 'X_MOSAIC_AGENT_LOG="1 2"\n' } as AgentView["env"] },
  };
  const notesOf = (kind: string, hasLog: boolean): readonly Note[] =>
    keptLogNotes(
      Object.keys(views).map((agent) => ({ kind, agent, target: `/e/${agent}.env` }) as unknown as Action),
      layout,
      (name) => ({ pane: undefined, env: undefined, ...views[name] }) as unknown as AgentView,
      () => hasLog,
    );

  it("are reported for removed agents, and for those whose log ends", () => {
    const note = { kind: "logs-stay", agents: ["piped", "stopped"], folder: "/s/agents" };
    expect(notesOf("remove-file", false)).toEqual([note]);
    expect(notesOf("remove-file", true)).toEqual([note]);
    expect(notesOf("write-file", false)).toEqual([note]);
  });

  it("are not reported for agents that keep their log, and for other actions", () => {
    expect(notesOf("write-file", true)).toEqual([]);
    expect(notesOf("restart", false)).toEqual([]);
  });
});
