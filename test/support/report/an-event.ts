import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import { agentPlan } from "./a-plan.ts";
import { refusal } from "../../../src/plan/allowances.ts";

type Kind = WatchEvent["kind"];

/** One event of each kind: a new kind has to be added here before anything compiles. */
export const events: { readonly [K in Kind]: Extract<WatchEvent, { kind: K }> } = {
  watching: { kind: "watching", fleet: "mosaic", file: "./fleet.yaml", resyncMs: 60_000 },
  edited: { kind: "edited", file: "./fleet.yaml", agents: 3 },
  "file-rejected": {
    kind: "file-rejected",
    file: "./fleet.yaml",
    diagnostics: [problem('unknown key "comand"', { hint: 'did you mean "command"?' })],
    inForce: true,
  },
  "file-accepted": { kind: "file-accepted", file: "./fleet.yaml" },
  "in-line": { kind: "in-line", causes: ["asked"] },
  applying: { kind: "applying", causes: ["edit"], actions: 4 },
  "shared-changed": {
    kind: "shared-changed",
    change: {
      path: "/u/mosaic-agent@.service",
      role: "template",
      reason: "file-edited",
      directives: [],
      edit: {
        path: "/u/mosaic-agent@.service",
        found: [{ line: 1, key: "k1", shown: "Nice=5" }],
        wanted: [{ line: 1, key: "k2", shown: "Nice=0" }],
      },
      diff: ["-Nice=5", "+Nice=0"],
    },
  },
  changed: {
    kind: "changed",
    agent: "canary",
    action: "restarted",
    changes: [
      { reason: "env-changed", fields: ["env.MODEL"] },
      {
        reason: "file-edited",
        file: "env",
        edit: { path: "/e/canary.env", found: [{ line: 2, key: "k", shown: "EXTRA=1" }], wanted: [] },
        diff: ["-EXTRA=1"],
      },
    ],
    wasStopped: false,
  },
  applied: {
    kind: "applied",
    causes: ["edit", "drift"],
    done: 3,
    failed: 0,
    skipped: 0,
    wasCut: false,
    ms: 417.3,
  },
  slow: { kind: "slow", units: ["mosaic-agent@canary.service", "mosaic-agent@planner.service"] },
  waiting: {
    kind: "waiting",
    plan: agentPlan({
      name: "canary",
      action: "pending",
      change: { reason: "env-changed", fields: ["env.MODEL"] },
      hold: "busy",
      atStake: { attached: 1, idleSeconds: 4 },
    }),
  },
  blocked: {
    kind: "blocked",
    plan: agentPlan({
      name: "canary",
      action: "blocked",
      change: { reason: "workdir-missing", path: "/srv/app" },
    }),
  },
  refused: {
    kind: "refused",
    refusal: refusal({ guard: "mass-removal", among: "agents", all: 6, removed: 4, stopped: 0 }),
  },
  held: { kind: "held", agent: "canary", action: "remove", why: "young", inMs: 9_100 },
  note: { kind: "note", text: "Something to know." },
  "plan-note": { kind: "plan-note", note: { kind: "older-script", agents: ["fine"] } },
  polling: {
    kind: "polling",
    everyMs: 1_000,
    polled: [{ why: "remote", folders: ["/mnt/team"], count: 2, fileSystems: ["NFS"] }],
  },
  "polling-over": { kind: "polling-over" },
  "notify-failed": {
    kind: "notify-failed",
    receiver: "the webhook https://example.org",
    why: "it answered with 500",
  },
  activity: {
    kind: "activity",
    agent: "canary",
    state: "waiting",
    reason: "Bash(rm -rf build)",
    sinceMs: 1_000,
    source: "hook",
  },
  "hook-failed": {
    kind: "hook-failed",
    agent: "canary",
    hook: "onWaiting",
    why: "exit status 3: no display",
  },
  "notify-works": { kind: "notify-works", receiver: "the webhook https://example.org" },
  deviation: {
    kind: "deviation",
    deviation: {
      kind: "overridden",
      agents: ["canary"],
      file: "/u/mosaic-agent@canary.service.d/override.conf",
      settings: [{ directive: "MemoryMax", value: "300M", declared: "800M" }],
      untilReload: false,
    },
  },
  crashed: { kind: "crashed", agent: "canary", exitStatus: 137, lines: ["one", "two"] },
  failed: { kind: "failed", agent: "canary", exitStatus: 3, lines: ["no such file"], nextTryMs: 4_200 },
  completed: { kind: "completed", agent: "canary", atMs: 1_000 },
  recovered: { kind: "recovered", agent: "canary" },
  problem: { kind: "problem", diagnostics: [problem("systemctl failed", { detail: "It said why." })] },
  "problem-over": { kind: "problem-over" },
  "source-placed": {
    kind: "source-placed",
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
    kind: "source-refused",
    trouble: {
      why: "unsigned",
      revision: "3350d4bec1105c14abcf1367ff7a0e44d796431a",
      commit: "3350d4bec1105c14abcf1367ff7a0e44d796431a",
      fingerprint: null,
    },
    inForce: true,
  },
  "source-works": { kind: "source-works", ref: "refs/heads/main" },
  paused: { kind: "paused" },
  resumed: { kind: "resumed" },
  leaving: { kind: "leaving", why: "Interrupted" },
};

export const allEvents: readonly WatchEvent[] = Object.values(events);

/** Returns a diagnostic with this summary. */
export function problem(summary: string, more: Partial<Diagnostic> = {}): Diagnostic {
  return { severity: "error", code: "blocked", summary, ...more };
}

/** Characters in a file, a unit or an agent's output that may lead a terminal astray. */
export const evil = "a\u001B[2J\u001B]0;t\u0007\r\n\u202E\u009B1Ab";

/** All kinds, with these characters in every text from outside. */
export const hostileEvents: readonly WatchEvent[] = allEvents.map(infested);

function infested(event: WatchEvent): WatchEvent {
  const change = { reason: "file-edited", directives: [evil], diff: [`-${evil}`] } as const;
  const edit = { path: evil, found: [], wanted: [] };
  const plan = {
    name: evil,
    change: { reason: "not-ours", kind: "file", name: evil },
    suspended: { by: evil, sinceMs: 0, untilMs: undefined },
  } as const;
  const place = { file: evil, line: 1, column: 1, length: 1, source: evil };
  const diagnostics = [problem(evil, { detail: evil, hint: evil, place })];
  switch (event.kind) {
    case "watching":
    case "edited":
    case "file-accepted":
      return { ...event, file: evil };
    case "file-rejected":
    case "problem":
      return { ...event, diagnostics };
    case "shared-changed":
      return { ...event, change: { ...event.change, ...change, path: evil, edit } };
    case "changed":
      return { ...event, agent: evil, changes: [{ ...change, edit }], wasStopped: true };
    case "slow":
      return { ...event, units: [evil] };
    case "polling":
      return { ...event, polled: [{ why: "remote", folders: [evil], count: 1, fileSystems: ["NFS"] }] };
    case "waiting":
      return { ...event, plan: agentPlan({ ...plan, action: "pending", hold: "suspended" }) };
    case "blocked":
      return { ...event, plan: agentPlan({ ...plan, action: "blocked" }) };
    case "refused":
      return { ...event, refusal: refusal({ guard: "other-fleet", removed: 1, appliedFile: evil }) };
    case "note":
      return { ...event, text: evil };
    case "plan-note":
      return { ...event, note: { kind: "older-script", agents: [evil] } };
    case "deviation": {
      const settings = [{ directive: evil, value: evil, declared: evil }];
      return {
        ...event,
        deviation: { kind: "overridden", agents: [evil], file: evil, settings, untilReload: true },
      };
    }
    case "crashed":
    case "failed":
      return { ...event, agent: evil, lines: [evil, evil] };
    case "recovered":
    case "completed":
    case "held":
      return { ...event, agent: evil };
    case "notify-failed":
      return { ...event, receiver: evil, why: evil };
    case "activity":
      return { ...event, agent: evil, reason: evil };
    case "hook-failed":
      return { ...event, agent: evil, why: evil };
    case "notify-works":
      return { ...event, receiver: evil };
    case "source-placed":
      return { ...event, signer: evil, author: evil, subject: evil, ref: evil };
    case "source-refused":
      return { ...event, trouble: { why: "unreachable", said: evil } };
    case "source-works":
      return { ...event, ref: evil };
    case "in-line":
    case "applying":
    case "applied":
    case "problem-over":
    case "polling-over":
    case "paused":
    case "resumed":
    case "leaving":
      return event;
  }
}
