import { describe, expect, it } from "vitest";
import { eventLines } from "../../../src/report/watch/watch-lines.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { allEvents, events, evil, hostileEvents } from "../../support/report/an-event.ts";
import { createColors } from "../../../src/report/terminal/colors.ts";

const time = "2026-11-23T18:00:00.000Z";

/** Returns the only line of an event. */
function line(event: WatchEvent): string {
  const [only = "", ...others] = eventLines(event, "json", Date.parse(time), createColors(true), false);
  expect(others).toEqual([]);
  return only;
}

/** The content of the line of each kind, apart from its version and time. */
const payloads: Readonly<Record<WatchEvent["kind"], object>> = {
  watching: { fleet: "mosaic", file: "./fleet.yaml", resyncMs: 60_000 },
  edited: { file: "./fleet.yaml", agents: 3 },
  "file-rejected": {
    file: "./fleet.yaml",
    diagnostics: [
      {
        severity: "error",
        code: "blocked",
        summary: 'unknown key "comand"',
        hint: 'did you mean "command"?',
      },
    ],
    inForce: true,
  },
  "file-accepted": { file: "./fleet.yaml" },
  "in-line": { causes: ["asked"] },
  applying: { causes: ["edit"], actions: 4 },
  "shared-changed": {
    role: "template",
    path: "/u/mosaic-agent@.service",
    reason: "file-edited",
    directives: [],
    message: "it was edited by hand",
  },
  changed: {
    agent: "canary",
    action: "restarted",
    changes: [
      { reason: "env-changed", fields: ["env.MODEL"], message: "env.MODEL changed" },
      { reason: "file-edited", file: "env", message: "env file was edited by hand" },
    ],
    wasStopped: false,
  },
  applied: { causes: ["edit", "drift"], done: 3, failed: 0, skipped: 0, wasCut: false, ms: 417.3 },
  slow: { units: ["mosaic-agent@canary.service", "mosaic-agent@planner.service"] },
  waiting: {
    agent: "canary",
    reason: "env-changed",
    changes: [{ reason: "env-changed", fields: ["env.MODEL"], message: "env.MODEL changed" }],
    hold: "busy",
    awaiting: "restart",
    atStake: { attached: 1, idleSeconds: 4 },
  },
  blocked: {
    agent: "canary",
    reason: "workdir-missing",
    changes: [{ reason: "workdir-missing", path: "/srv/app", message: "workdir /srv/app does not exist" }],
  },
  refused: {
    guard: "mass-removal",
    among: "agents",
    all: 6,
    removed: 4,
    stopped: 0,
    flag: "--allow-remove-all",
    message: "4 of 6 agents would be removed",
  },
  held: { agent: "canary", action: "remove", why: "young", inMs: 9_100 },
  note: { text: "Something to know." },
  "plan-note": {
    about: "older-script",
    agents: ["fine"],
    text: "Runs an older start script until its next start: fine.",
  },
  polling: {
    everyMs: 1_000,
    polled: [{ why: "remote", folders: ["/mnt/team"], count: 2, fileSystems: ["NFS"] }],
  },
  "polling-over": {},
  "notify-failed": { receiver: "the webhook https://example.org", why: "it answered with 500" },
  activity: {
    agent: "canary",
    state: "waiting",
    reason: "Bash(rm -rf build)",
    since: "1970-01-01T00:00:01.000Z",
    source: "hook",
  },
  "hook-failed": { agent: "canary", hook: "onWaiting", why: "exit status 3: no display" },
  "notify-works": { receiver: "the webhook https://example.org" },
  deviation: {
    deviation: {
      kind: "overridden",
      agents: ["canary"],
      file: "/u/mosaic-agent@canary.service.d/override.conf",
      settings: [{ directive: "MemoryMax", value: "300M", declared: "800M" }],
      untilReload: false,
      message: expect.stringContaining("sets MemoryMax=300M") as string,
    },
  },
  crashed: { agent: "canary", exitStatus: 137, lines: ["one", "two"] },
  failed: { agent: "canary", exitStatus: 3, lines: ["no such file"], nextTryMs: 4_200 },
  completed: { agent: "canary", at: "1970-01-01T00:00:01.000Z" },
  recovered: { agent: "canary" },
  "source-placed": {
    revision: "3350d4bec1105c14abcf1367ff7a0e44d796431a",
    signer: "ada@example.org",
    fingerprint: "SHA256:abc",
    author: "Ada",
    subject: "Add an agent",
    ref: "refs/heads/main",
    isPinned: false,
    isFirst: false,
  },
  "source-refused": {
    trouble: {
      why: "unsigned",
      revision: "3350d4bec1105c14abcf1367ff7a0e44d796431a",
      commit: "3350d4bec1105c14abcf1367ff7a0e44d796431a",
      fingerprint: null,
    },
    inForce: true,
  },
  "source-works": { ref: "refs/heads/main" },
  problem: {
    diagnostics: [
      { severity: "error", code: "blocked", summary: "systemctl failed", detail: "It said why." },
    ],
  },
  "problem-over": {},
  paused: {},
  resumed: {},
  leaving: { why: "Interrupted" },
};

describe("An event as JSON", () => {
  it.each(allEvents)("is one line for $kind, with its version, its time and its content", (event) => {
    expect(JSON.parse(line(event))).toEqual({
      formatVersion: "2.0",
      time,
      event: event.kind === "plan-note" ? "note" : event.kind,
      ...payloads[event.kind],
    });
  });

  it("starts with these in this order, for human readers", () => {
    expect(line(events.paused)).toBe(`{"formatVersion":"2.0","time":"${time}","event":"paused"}`);
  });

  it("contains no content of files: neither the current nor the new text", () => {
    for (const event of allEvents) {
      expect(line(event)).not.toMatch(/Nice=|EXTRA=1|"(?:edit|diff|found|wanted|key)":/);
    }
  });

  it("contains who suspended an agent, and until when", () => {
    const suspended = { by: "ada", sinceMs: Date.parse(time), untilMs: undefined };
    const plan = { ...events.waiting.plan, hold: "suspended", suspended } as const;
    expect(JSON.parse(line({ kind: "waiting", plan }))).toMatchObject({
      suspended: { by: "ada", since: time, until: null },
    });
  });

  it("stays one line with any text of an agent or a file, and preserves it", () => {
    // oxlint-disable-next-line no-control-regex
    for (const event of hostileEvents) expect(line(event)).not.toMatch(/[\u0000-\u001F]/);
    expect(JSON.parse(line({ ...events.failed, lines: [evil] }))).toMatchObject({ lines: [evil] });
  });
});
