import { wordingText } from "../../../src/report/terminal/wording-text.ts";
import { describe, expect, it } from "vitest";
import { statusJson } from "../../../src/report/status/status-json.ts";
import { statusText as statusWordings } from "../../../src/report/status/status-text.ts";
import type { Polling } from "../../../src/observed/polling.ts";
import { pollingText } from "../../../src/report/status/polling-text.ts";
import { usualColumns } from "../../../src/report/table/columns.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";
import { agentPlan } from "../../support/report/a-plan.ts";
import { agentStatus, aStatus, now } from "../../support/report/a-status.ts";

const statusText = (...of: Parameters<typeof statusWordings>): readonly string[] =>
  statusWordings(...of).map(wordingText);

const plain = createColors(false);

describe("The status of a fleet", () => {
  it("is a table with the deferred changes, and how to attach", () => {
    expect(`\n${statusText(aStatus, now, plain).join("\n")}\n`).toBe(`
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

  it("names commands with the host for a reader on another machine", () => {
    const form = { columns: usualColumns, width: Infinity, host: "build1" };
    expect(statusText(aStatus, now, plain, form).slice(-2)).toEqual([
      "3 agents, 1 running, 1 with something pending: see fleet plan --host build1.",
      "Attach: fleet attach build1/canary",
    ]);
  });

  it("of an empty fleet says so, and does not say how to attach", () => {
    const empty = {
      ...aStatus,
      agents: [],
      notes: [],
      holder: { ...aStatus.holder, active: "inactive", pid: undefined },
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
    const lines = statusText({ ...aStatus, lingering: false }, now, plain);
    expect(lines.at(-3)).toMatch(
      /^Lingering is off: the fleet ends when you log out\. .*loginctl enable-linger/,
    );
    expect(statusJson({ ...aStatus, lingering: false })).toMatchObject({ lingering: false });
  });

  it("tells that its tmux is old, and nothing of one that is not, or of an unknown version", () => {
    const told = (version?: string): readonly string[] =>
      statusText({ ...aStatus, holder: { ...aStatus.holder, version } }, now, plain).filter((line) =>
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
    expect(statusText({ ...aStatus, watcher }, now, plain)).toEqual(
      expect.arrayContaining([
        ...pollingText(polling, plain),
        "Note: Runs an older start script until its next start: fine.",
      ]),
    );
    expect(statusJson({ ...aStatus, watcher })).toMatchObject({ watch: { polling } });
  });

  it("reports that memory ran out", () => {
    const memoryEnd = { atMs: now, limitBytes: 62_914_560 };
    const hungry = agentStatus({ name: "hungry", state: "failed", exitStatus: 137, memoryEnd });
    const { agents: rows } = statusJson({ ...aStatus, agents: [hungry] });
    expect(rows[0]?.memoryEnd).toEqual({ at: new Date(now).toISOString(), limitBytes: 62_914_560 });
    expect(statusText({ ...aStatus, agents: [hungry] }, now, plain).join("\n")).toContain(
      "failed (137, memory ran out)",
    );
  });

  it("reports how long a stop had waited before it had to kill", () => {
    const killed = agentStatus({ name: "deaf", state: "stopped", exitStatus: 143, killedAfterMs: 2_500 });
    const lines = statusText({ ...aStatus, agents: [killed] }, now, plain).join("\n");
    expect(lines).toMatch(/^deaf +stopped \(killed after 2\.5 s\) /m);
    expect(statusJson({ ...aStatus, agents: [killed] })).toMatchObject({
      agents: [{ killedAfterMs: 2_500 }],
    });
  });

  it("reports a program that a signal stopped, and how to continue it", () => {
    const [first] = aStatus.agents;
    if (first === undefined) throw new Error("there is an agent");
    const frozen = { ...aStatus, agents: [{ ...first, isFrozen: true }] };
    expect(statusText(frozen, now, plain).join("\n")).toContain(
      "The program of canary was stopped by a signal, as by Ctrl-Z, and does nothing. To go on: systemctl --user kill -s CONT mosaic-agent@canary.service",
    );
    expect(statusJson(frozen)).toMatchObject({ agents: [{ frozen: true }] });
  });

  it("shows control characters instead of obeying them: files may have any name", () => {
    const evil = "x\u001B[2J\n";
    const plan = agentPlan({
      name: evil,
      action: "blocked",
      change: { reason: "not-ours", kind: "file", name: evil },
    });
    const lines = statusText(
      {
        ...aStatus,
        agents: [agentStatus({ name: evil, plan })],
        notes: [{ kind: "older-script", agents: [evil] }],
      },
      now,
      plain,
    );
    expect(lines.filter((line) => /\p{Cc}/u.test(line))).toEqual([]);
    expect(lines.join("\n")).toContain("x␛[2J␊");
  });
});
