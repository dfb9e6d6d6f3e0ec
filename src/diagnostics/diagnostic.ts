import type { Wording } from "./wording.ts";

/** The kind of a problem. A closed set, so tests and tools can rely on it. */
export type DiagnosticCode =
  // fleet.yaml
  | "file-not-found"
  | "file-unreadable"
  | "file-exists"
  | "include-not-found"
  | "file-untrusted"
  | "yaml-syntax"
  | "duplicate-key"
  | "unknown-key"
  | "wrong-type"
  | "invalid-value"
  | "not-expanded"
  | "env-file-doubt"
  | "shared-conversation"
  | "shared-folder"
  | "timed-out"
  | "agent-ended"
  | "missing-key"
  | "duplicate-agent"
  | "unknown-runtime"
  | "unknown-dependency"
  | "dependency-cycle"
  | "former-name"
  | "unknown-host"
  // the machine
  | "no-user-manager"
  | "no-tmux"
  | "tmux-too-old"
  | "tmux-other-version"
  | "missing-program"
  | "limit-not-enforced"
  | "command-failed"
  | "command-timeout"
  | "unreadable-output"
  | "unit-path-mismatch"
  | "file-write-failed"
  | "output-lost"
  | "file-edited"
  | "invalid-unit"
  | "foreign-tmux-server"
  | "tmux-server-ended"
  | "session-ended"
  | "service-not-started"
  | "service-not-stopped"
  // the run
  | "locked"
  | "lock-unusable"
  | "still-busy"
  | "blocked"
  | "interrupted"
  | "incomplete"
  | "not-verified"
  | "stale-plan"
  | "foreign-plan"
  | "unknown-revision"
  | "revision-unreadable"
  | "unknown-agent"
  | "agent-elsewhere"
  | "no-agent-here"
  | "not-running"
  | "needs-confirmation"
  | "bad-usage"
  | "internal"
  | "sandbox-failed";

/** A place in a text of the user. */
export interface Place {
  /** Path as the user gave it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** Number of columns under the caret, at least 1; for a masked value, the columns of its mask. */
  readonly length: number;
  /** The text of the line, without its line ending and with its secrets masked. */
  readonly source: string;
  /** Column of the caret in `source`, if a masked value before it has moved it. */
  readonly sourceColumn?: number | undefined;
}

/**
 * An expected problem, as a value. `summary` is a noun phrase or short clause without a full stop, `detail`
 * whole sentences, `hint` the remedy.
 */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: DiagnosticCode;
  readonly summary: string;
  readonly detail?: string | undefined;
  readonly hint?: Wording | undefined;
  readonly place?: Place | undefined;
  /** Number of further errors without a diagnostic of their own. */
  readonly standsFor?: number | undefined;
}

/** Either a value or the diagnostics that explain its absence. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** Returns a successful result. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** Returns a failed result with one error. */
export function fail<T = never>(
  code: DiagnosticCode,
  summary: string,
  more: Pick<Diagnostic, "detail" | "hint" | "place"> = {},
): Result<T> {
  return { ok: false, diagnostics: [{ severity: "error", code, summary, ...more }] };
}
