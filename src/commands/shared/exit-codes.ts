import type { DiagnosticCode } from "../../diagnostics/diagnostic.ts";
import type { HostEnd } from "../../transport/host-run-state.ts";

/** The exit codes of `fleet`. Scripts rely on these numbers: they never change. */
export const exitCodes = {
  ok: 0,
  error: 1,
  /** Only with --detailed-exitcode. */
  changesPending: 2,
  stalePlan: 3,
  agentsFailed: 4,
  locked: 5,
  blocked: 6,
  /** Only with --host: a host was not reached, or not finished. */
  incompleteHosts: 7,
  usage: 64,
  invalidFleet: 65,
  /** As timeout(1). */
  timedOut: 124,
  interrupted: 130,
} as const;

/** An exit status of `fleet`. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];

/**
 * The exit of a run with a diagnostic of each code. `usage` is a mistake of the caller, `invalidFleet` of
 * fleet.yaml.
 */
const exits: Readonly<Record<DiagnosticCode, keyof typeof exitCodes>> = {
  "file-not-found": "error",
  "file-unreadable": "error",
  "file-exists": "error",
  "file-untrusted": "error",
  "include-not-found": "invalidFleet",
  "yaml-syntax": "invalidFleet",
  "duplicate-key": "invalidFleet",
  "unknown-key": "invalidFleet",
  "wrong-type": "invalidFleet",
  "invalid-value": "invalidFleet",
  "not-expanded": "error",
  "env-file-doubt": "error",
  "shared-conversation": "error",
  "shared-folder": "error",
  "timed-out": "timedOut",
  "agent-ended": "agentsFailed",
  "missing-key": "invalidFleet",
  "duplicate-agent": "invalidFleet",
  "unknown-runtime": "invalidFleet",
  "unknown-dependency": "invalidFleet",
  "dependency-cycle": "invalidFleet",
  "former-name": "invalidFleet",
  "unknown-host": "error",
  "no-user-manager": "error",
  "no-tmux": "error",
  "tmux-too-old": "error",
  "tmux-other-version": "error",
  "missing-program": "error",
  "limit-not-enforced": "error",
  "command-failed": "error",
  "command-timeout": "error",
  "unreadable-output": "error",
  "unit-path-mismatch": "error",
  "file-write-failed": "error",
  "output-lost": "error",
  "file-edited": "error",
  "invalid-unit": "error",
  "foreign-tmux-server": "error",
  "tmux-server-ended": "error",
  "session-ended": "error",
  "service-not-started": "error",
  "service-not-stopped": "error",
  locked: "locked",
  "lock-unusable": "error",
  "still-busy": "error",
  blocked: "blocked",
  interrupted: "interrupted",
  incomplete: "error",
  "not-verified": "error",
  "stale-plan": "stalePlan",
  "foreign-plan": "stalePlan",
  "unknown-revision": "usage",
  "revision-unreadable": "error",
  "unknown-agent": "usage",
  "agent-elsewhere": "usage",
  "no-agent-here": "usage",
  "not-running": "error",
  "needs-confirmation": "usage",
  "bad-usage": "usage",
  internal: "error",
  "sandbox-failed": "error",
};

/** Returns the exit code for a run that ended with a diagnostic of this code. */
export function exitCodeOf(code: DiagnosticCode | undefined): ExitCode {
  return exitCodes[code === undefined ? "error" : exits[code]];
}

/**
 * The rank of each code among those of several hosts, the most important first: misuse and errors, then incomplete hosts,
 * then the others. A code without a rank does not compile.
 */
const codeRanks: Readonly<Record<keyof typeof exitCodes, number>> = {
  interrupted: 1,
  usage: 2,
  invalidFleet: 3,
  error: 4,
  incompleteHosts: 5,
  stalePlan: 6,
  locked: 7,
  blocked: 8,
  timedOut: 9,
  agentsFailed: 10,
  changesPending: 11,
  ok: 12,
};

const codeNames = Object.keys(codeRanks) as readonly (keyof typeof exitCodes)[];
const byRank: readonly ExitCode[] = codeNames
  .toSorted((one, other) => codeRanks[one] - codeRanks[other])
  .map((name) => exitCodes[name]);

/** Returns the code of a run on many hosts: that of the most important end. */
export function combinedCode(ends: readonly HostEnd[]): ExitCode {
  const codes = new Set(ends.map(codeOfEnd));
  return byRank.find((code) => codes.has(code)) ?? exitCodes.error;
}

function codeOfEnd(end: HostEnd): ExitCode {
  switch (end.name) {
    case "done":
      return byRank.find((code) => code === end.code) ?? exitCodes.error;
    case "refused":
      return exitCodes.error;
    case "unreachable":
    case "lost":
    case "unknown":
    case "not-begun":
      return exitCodes.incompleteHosts;
  }
}
