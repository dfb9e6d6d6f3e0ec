import { describe, expect, it } from "vitest";
import { statusJson, type FleetStatus } from "../../src/report/status/status-json.ts";
import { displayWidth } from "../../src/report/terminal/display-width.ts";
import { columnsOf, lastingColumns, tellingColumns } from "../../src/report/table/columns.ts";
import { statusTable } from "../../src/report/table/status-table.ts";
import { statusText } from "../../src/report/status/status-text.ts";
import type { Polling } from "../../src/observed/polling.ts";
import { pollingText } from "../../src/report/status/polling-text.ts";
import { agentPlan } from "../support/report/a-plan.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

const plain = createColors(false);
const now = Date.UTC(2026, 0, 2);

function agent(
  status: Partial<FleetStatus["agents"][number]> & { name: string },
): FleetStatus["agents"][number] {
  return {
    desired: "running",
    state: "running",
    unit: `mosaic-agent@${status.name}.service`,
    active: "active",
    sub: "running",
    pid: undefined,
    since: undefined,
    restarts: 0,
    exitStatus: undefined,
    labels: { team: "core" },
    killedAfterMs: undefined,
    attached: 0,
    viewers: 0,
    idleSeconds: undefined,
    pending: undefined,
    plan: agentPlan({ name: status.name, action: "none" }),
    memoryBytes: undefined,
    isFrozen: false,
    ...status,
  };
}

const status: FleetStatus = {
  fleet: "mosaic",
  holder: { active: "active", pid: 42, socket: "mosaic-factory" },
  lingering: undefined,
  agents: [
    agent({
      name: "canary",
      pid: 7,
      since: now - 90_061_000,
      attached: 2,
      idleSeconds: 61,
      memoryBytes: 5_242_880,
    }),
    agent({
      name: "failed-one",
      state: "failed",
      active: "failed",
      sub: "failed",
      restarts: 5,
      exitStatus: 3,
      pending: "failed",
      plan: agentPlan({
        name: "failed-one",
        action: "start",
        change: { reason: "failed", exitStatus: 3, isRetried: false },
      }),
    }),
    agent({ name: "other", desired: undefined, state: "unmanaged", plan: undefined, memoryBytes: 2 ** 31 }),
  ],
  watcher: {
    pid: 815,
    version: "0.1.0",
    unit: "mosaic-fleet.service",
    missing: undefined,
    isService: true,
    polling: undefined,
  },
  notes: [{ kind: "older-script", agents: ["fine"] }],
};

describe("the column of logs", () => {
  const log = { path: "/s/core/output.log", bytes: 1536, isWritten: true };
  const lines = (...rows: readonly FleetStatus["agents"][number][]): readonly string[] =>
    statusTable(rows, columnsOf(tellingColumns(["agent", "log"], rows)), now, plain);

  it("shows size and path, and a log that nothing writes", () => {
    expect(
      lines(
        agent({ name: "core", log }),
        agent({ name: "web", log: { ...log, isWritten: false } }),
        agent({ name: "down", state: "stopped", log: { ...log, bytes: 0, isWritten: false } }),
        agent({ name: "bare" }),
      ),
    ).toEqual([
      "AGENT  LOG",
      "core   1.5 kB /s/core/output.log",
      "web    1.5 kB (not written) /s/core/output.log",
      "down   0.0 kB /s/core/output.log",
      "bare   -",
    ]);
  });

  it("is left out of a fleet without logs", () => {
    expect(lines(agent({ name: "bare" }))[0]).toBe("AGENT");
  });
});

describe("The status of a fleet", () => {
  it("is a table with the deferred changes, and how to attach", () => {
    expect(`\n${statusText(status, now, plain).join("\n")}\n`).toBe(`
Fleet mosaic: tmux server running (process 42), socket mosaic-factory
Watched by mosaic-fleet.service (process 815)

AGENT       STATE       SINCE  RESTARTS  ATTACHED  QUIET  MEMORY   PENDING
canary      running     1 d    0         2         1 min  5.0 MB   -
failed-one  failed (3)  -      5         -         -      -        start: it failed (exit status 3)
other       unmanaged   -      0         -         -      2048 MB  -

Note: Runs an older start script until its next start: fine.
3 agents, 1 running, 1 with something pending: see fleet plan.
Attach: fleet attach canary
`);
  });

  it("of an empty fleet says so, and does not say how to attach", () => {
    const empty = {
      ...status,
      agents: [],
      notes: [],
      holder: { ...status.holder, active: "inactive", pid: undefined },
      watcher: undefined,
    };
    expect(statusText(empty, now, plain)).toEqual([
      "Fleet mosaic: tmux server inactive, socket mosaic-factory",
      "",
      "No agents.",
      "",
      "0 agents, 0 running, nothing pending.",
    ]);
  });

  it("tells that the fleet ends at logout, if lingering is off", () => {
    const lines = statusText({ ...status, lingering: false }, now, plain);
    expect(lines.at(-3)).toMatch(
      /^Lingering is off: the fleet ends when you log out\. .*loginctl enable-linger/,
    );
    expect(statusJson({ ...status, lingering: false })).toMatchObject({ lingering: false });
  });

  it("tells that its tmux is old, and nothing of one that is not, or of an unknown version", () => {
    const told = (version?: string): readonly string[] =>
      statusText({ ...status, holder: { ...status.holder, version } }, now, plain).filter((line) =>
        line.startsWith("tmux "),
      );
    for (const version of ["3.3a", "next-3.4", "2.9"])
      expect(told(version)).toEqual([
        `tmux ${version} is old: a dead window that you opened next to an agent can end it, with all sessions. ` +
          "tmux 3.5 has the fix. To hide this line: fleet doctor --ignore tmux",
      ]);
    for (const version of ["3.5", "3.5a", "next-3.7", "4.0", "master", undefined])
      expect(told(version)).toEqual([]);
  });

  it("lists the polled paths, and the reason", () => {
    const polling: Polling = {
      everyMs: 500,
      polled: [{ why: "no-instances", folders: ["/"], count: 20, fileSystems: [] }],
    };
    const watcher = {
      pid: 815,
      version: "0.1.0",
      unit: undefined,
      missing: undefined,
      isService: false,
      polling,
    };
    expect(statusText({ ...status, watcher }, now, plain)).toEqual(
      expect.arrayContaining([
        ...pollingText(polling, plain),
        "Note: Runs an older start script until its next start: fine.",
      ]),
    );
    expect(statusJson({ ...status, watcher })).toMatchObject({ watch: { polling } });
  });

  it("reports how long a stop had waited before it had to kill", () => {
    const killed = agent({ name: "deaf", state: "stopped", exitStatus: 143, killedAfterMs: 2_500 });
    const lines = statusText({ ...status, agents: [killed] }, now, plain).join("\n");
    expect(lines).toMatch(/^deaf +stopped \(killed after 2\.5 s\) /m);
    expect(statusJson({ ...status, agents: [killed] })).toMatchObject({ agents: [{ killedAfterMs: 2_500 }] });
  });

  it("reports a program that a signal stopped, and how to continue it", () => {
    const [first] = status.agents;
    if (first === undefined) throw new Error("there is an agent");
    const frozen = { ...status, agents: [{ ...first, isFrozen: true }] };
    expect(statusText(frozen, now, plain).join("\n")).toContain(
      "The program of canary was stopped by a signal, as by Ctrl-Z, and does nothing. To go on: systemctl --user kill -s CONT mosaic-agent@canary.service",
    );
    expect(statusJson(frozen)).toMatchObject({ agents: [{ frozen: true }] });
  });

  it("as JSON has every key, and null for unknown values", () => {
    expect(statusJson(status)).toEqual({
      formatVersion: "2.0",
      fleet: "mosaic",
      holder: { active: "active", pid: 42, version: null, socket: "mosaic-factory" },
      agents: [
        {
          name: "canary",
          desired: "running",
          state: "running",
          unit: "mosaic-agent@canary.service",
          active: "active",
          sub: "running",
          pid: 7,
          since: "2025-12-31T22:58:59.000Z",
          restarts: 0,
          exitStatus: null,
          labels: { team: "core" },
          killedAfterMs: null,
          wait: null,
          windows: [],
          frozen: false,
          attached: 2,
          viewers: 0,
          idleSeconds: 61,
          activity: { state: "unknown", reason: null, since: null, source: null },
          memoryBytes: 5_242_880,
          log: null,
          pending: null,
          values: [],
          suspended: null,
        },
        {
          name: "failed-one",
          desired: "running",
          state: "failed",
          unit: "mosaic-agent@failed-one.service",
          active: "failed",
          sub: "failed",
          pid: null,
          since: null,
          restarts: 5,
          exitStatus: 3,
          labels: { team: "core" },
          killedAfterMs: null,
          wait: null,
          windows: [],
          frozen: false,
          attached: 0,
          viewers: 0,
          idleSeconds: null,
          activity: null,
          memoryBytes: null,
          log: null,
          pending: "failed",
          values: [],
          suspended: null,
        },
        {
          name: "other",
          desired: null,
          state: "unmanaged",
          unit: "mosaic-agent@other.service",
          active: "active",
          sub: "running",
          pid: null,
          since: null,
          restarts: 0,
          exitStatus: null,
          labels: { team: "core" },
          killedAfterMs: null,
          wait: null,
          windows: [],
          frozen: false,
          attached: 0,
          viewers: 0,
          idleSeconds: null,
          activity: null,
          memoryBytes: 2 ** 31,
          log: null,
          pending: null,
          values: [],
          suspended: null,
        },
      ],
      watch: {
        pid: 815,
        version: "0.1.0",
        unit: "mosaic-fleet.service",
        missing: null,
        isService: true,
        polling: null,
      },
      lingering: null,
      notes: [
        {
          kind: "older-script",
          agents: ["fine"],
          message: "Runs an older start script until its next start: fine.",
        },
      ],
      deviations: [],
    });
  });

  it("cuts a line of the table at the width of the terminal, also if its characters are two columns wide", () => {
    const path = `/home/ada/${"資料".repeat(20)}`;
    const plan = agentPlan({
      name: "canary",
      action: "blocked",
      change: { reason: "workdir-missing", path },
    });
    const [, line = ""] = statusTable([agent({ name: "canary", plan })], lastingColumns, now, plain, 80);
    expect(line).toMatch(/[資料]…$/);
    expect(displayWidth(line)).toBe(80);
  });

  it("shows control characters instead of obeying them: files may have any name", () => {
    const evil = "x\u001B[2J\n";
    const plan = agentPlan({
      name: evil,
      action: "blocked",
      change: { reason: "not-ours", kind: "file", name: evil },
    });
    const lines = statusText(
      { ...status, agents: [agent({ name: evil, plan })], notes: [{ kind: "older-script", agents: [evil] }] },
      now,
      plain,
    );
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    expect(lines.join("\n")).toContain("x␛[2J␊");
  });
});
