import { describe, expect, it } from "vitest";
import { composeRecord } from "../../src/history/compose-record.ts";
import type { FleetEvent, LifeEvent } from "../../src/history/fleet-event.ts";
import { mergeEvents } from "../../src/history/merge-events.ts";
import { parseRecords, type RunRecord } from "../../src/history/run-record.ts";
import type { Plan } from "../../src/plan/types.ts";
import { fleetEventLines } from "../../src/report/events/event-text.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const base = Date.parse("2026-11-29T10:00:00.000Z");
const summary = { add: 0, change: 0, restart: 0, remove: 0, pending: 0, blocked: 0, daemonReload: false };

const record: RunRecord = {
  formatVersion: 1,
  time: new Date(base).toISOString(),
  ms: 400,
  command: "fleet apply",
  by: { user: "ada", uid: 1000 },
  version: "0.1.0",
  file: "/home/ada/fleet.yaml",
  digest: "0123456789abcdef",
  revision: null,
  summary,
  steps: [
    { action: "add", reasons: [], result: "done", agents: ["web-1", "web-2", "web-3"] },
    {
      action: "restart",
      reasons: [{ reason: "command-changed", fields: ["command"] }],
      result: "done",
      agents: ["dev"],
    },
  ],
  shared: [],
  actions: { done: 9, failed: 0, skipped: 0 },
  exitCode: 0,
};

function life(agent: string | undefined, afterMs: number, more: Partial<LifeEvent> = {}): LifeEvent {
  return { kind: "started", how: "job", agent, atMs: base + afterMs, ...more } as LifeEvent;
}

function text(events: readonly FleetEvent[], columns = Infinity, isVerbose = false): readonly string[] {
  return fleetEventLines(events, { colors: createColors(false), columns, isVerbose }).map((line) =>
    line.replace(/^\d{4}-\d\d-\d\d \d\d:/, ""),
  );
}

describe("the record of a run", () => {
  const agent = (name: string, more: object): object => ({ name, cost: "none", changes: [], ...more });
  const changed = {
    reason: "file-edited",
    file: "env",
    diff: ["+TOKEN=hunter2"],
    edit: { added: ["hunter2"] },
  };
  const action = (id: string, name: string): object => ({ id, kind: "start", target: id, agent: name });
  const actions = ["a", "b", "c", "d"].map((name) => action(name, name));
  const plan = {
    summary,
    shared: [],
    actions,
    agents: [
      agent("a", { action: "add", reason: "new" }),
      agent("b", { action: "add", reason: "new" }),
      agent("c", { action: "change", reason: "file-edited", changes: [changed] }),
      agent("d", { action: "add", reason: "new" }),
      agent("idle", { action: "none" }),
      agent("stuck", { action: "blocked", reason: "missing" }),
    ],
  } as unknown as Plan;
  const facts = { beganMs: base, ms: 12.4, command: "fleet apply", by: record.by, version: "1" };
  const more = { file: undefined, digest: undefined, revision: undefined };

  it("joins equal steps, tells their results, and leaves unchanged agents out", () => {
    const [a, b, c, d] = plan.actions;
    if (!a || !b || !c || !d) throw new Error("the plan has four actions");
    const outcome = { done: [a, b], failed: [c], skipped: [d] };
    const { steps, exitCode, ms } = composeRecord(
      { plan, outcome, failures: [{ name: "b" }], exitCode: 4 },
      { ...facts, ...more },
    );
    expect({ exitCode, ms }).toEqual({ exitCode: 4, ms: 12 });
    expect(steps).toEqual([
      { action: "add", reasons: [], result: "done", agents: ["a"] },
      { action: "add", reasons: [], result: "failed", agents: ["b"] },
      {
        action: "change",
        reasons: [{ reason: "file-edited", file: "env" }],
        result: "failed",
        agents: ["c"],
      },
      { action: "add", reasons: [], result: "not-done", agents: ["d"] },
    ]);
  });

  it("contains no lines of files", () => {
    const outcome = { done: plan.actions, failed: [], skipped: [] };
    const whole = JSON.stringify(composeRecord({ plan, outcome, exitCode: 0 }, { ...facts, ...more }));
    expect(whole).not.toContain("hunter2");
    expect(parseRecords(`${whole}\n`)).toHaveLength(1);
  });

  it("is read next to lines that are cut off, foreign or of a later version", () => {
    const line = JSON.stringify(record);
    const later = JSON.stringify({ ...record, formatVersion: 2 });
    expect(parseRecords([line, line.slice(0, 80), "", "rubbish", later, "{}", line].join("\n"))).toEqual([
      record,
      record,
    ]);
  });
});

describe("the merge of runs and lives", () => {
  it("is in the order of time, and marks the starts and stops of a run", () => {
    const lives = [
      life("web-1", 300),
      life("dev", 100, { kind: "started", how: "restart" }),
      life("other", 200),
      life("dev", 350, { kind: "ended", end: { result: "signal", signal: 9 } }),
      life("dev", 5_000),
      life("web-9", -60_000),
    ];
    const merged = mergeEvents([record], lives, { agents: undefined });
    expect(merged.map((event) => (event.kind === "run" ? "run" : [event.agent, event.during]))).toEqual([
      ["web-9", undefined],
      "run",
      ["dev", "fleet apply"],
      ["other", undefined],
      ["web-1", "fleet apply"],
      ["dev", undefined],
      ["dev", undefined],
    ]);
    expect(
      mergeEvents([record], lives, { agents: undefined, sinceMs: base + 250, untilMs: base + 400 }),
    ).toHaveLength(2);
  });

  it("gives a start to the run that contains it, and not to the next one", () => {
    const next = { ...record, command: "fleet restart dev", time: new Date(base + 500).toISOString() };
    const merged = mergeEvents([record, next], [life("dev", 390), life("dev", 510)], { agents: undefined });
    expect(merged.flatMap((event) => (event.kind === "run" ? [] : [event.during]))).toEqual([
      "fleet apply",
      "fleet restart dev",
    ]);
  });

  it("leaves the part of a run about selected agents, and no run without them", () => {
    const [event, ...rest] = mergeEvents([record], [life(undefined, 1), life("x", 1)], {
      agents: new Set(["web-2"]),
    });
    expect(rest).toEqual([]);
    expect(event).toMatchObject({ run: { steps: [{ action: "add", agents: ["web-2"] }] } });
    expect(mergeEvents([record], [], { agents: new Set(["x"]) })).toEqual([]);
  });
});

describe("events as text", () => {
  it("read as sentences, with the changes of a run below it", () => {
    const watch: RunRecord = {
      ...record,
      command: "fleet watch",
      causes: ["drift"],
      exitCode: null,
      revision: "d45206b016be5ab7a8beb61f7319cb1ebca5e793",
      steps: [
        {
          action: "change",
          reasons: [{ reason: "file-missing", file: "env" }],
          result: "done",
          agents: ["web-1"],
        },
        { action: "start", reasons: [{ reason: "not-running" }], result: "failed", agents: ["dev"] },
      ],
    };
    const lives = [
      life("dev", 100),
      life("core", 9_000, { kind: "ended", end: { result: "exit-code", exitStatus: 1 } }),
      life("core", 11_500, {
        kind: "started",
        how: "auto-restart",
        restarts: 2,
        after: { result: "exit-code", exitStatus: 1 },
      }),
      life(undefined, 20_000, { kind: "ended", end: { result: "signal", signal: 9 } }),
      life("core", 30_000, { kind: "ended", end: { result: "start-limit-hit" } }),
    ];
    const later = { ...watch, time: new Date(base + 60_000).toISOString() };
    expect(text(mergeEvents([record, later], lives, { agents: undefined }))).toEqual([
      "00:00  apply by ada: 3 agents added, 1 restarted",
      "                     + web-1, web-2, web-3 added",
      "                     -/+ dev restarted: command changed",
      "00:09  x core failed: exit status 1",
      "00:11  * core restarted by systemd after exit status 1 (restart 2)",
      "00:20  x tmux server failed: SIGKILL",
      "00:30  x core has failed too often: systemd does not restart it any more",
      "01:00  watch fixed drift: 1 agent changed, 1 failed, commit d45206b016",
      "                     ~ web-1 changed: env file is missing",
      "                     x dev was not started, or failed at once: it does not run",
    ]);
    expect(text(mergeEvents([record], lives.slice(0, 1), { agents: undefined }), Infinity, true).at(-1)).toBe(
      "00:00  * dev started",
    );
  });

  it("join equal events of many agents that follow each other closely, and fit the terminal", () => {
    const names = Array.from({ length: 30 }, (_, index) => `coder-${30 - index}`);
    const ended = { kind: "ended", end: { result: "exit-code", exitStatus: 129 } } as const;
    const lives = [
      ...names.map((name, index) => life(name, index * 10, ended)),
      ...names.map((name, index) =>
        life(name, 1_000 + index * 10, {
          kind: "started",
          how: "auto-restart",
          restarts: index,
          after: ended.end,
        }),
      ),
    ];
    expect(text(mergeEvents([], lives, { agents: undefined }), 60)).toEqual([
      "00:00  x coder-1 … coder-30 (30) failed: exit",
      "                     status 129 (SIGHUP)",
      "00:01  * coder-1 … coder-30 (30) restarted by",
      "                     systemd after exit status 129 (SIGHUP)",
    ]);
  });
});
