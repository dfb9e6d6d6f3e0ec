/** What kind of problem a diagnostic tells of. A closed set, so that tests and tools can rely on it. */
export type DiagnosticCode =
  // fleet.yaml
  | "file-not-found"
  | "file-unreadable"
  | "file-untrusted"
  | "yaml-syntax"
  | "duplicate-key"
  | "unknown-key"
  | "wrong-type"
  | "invalid-value"
  | "not-expanded"
  | "env-file-doubt"
  | "missing-key"
  | "duplicate-agent"
  | "unknown-runtime"
  | "unknown-dependency"
  | "dependency-cycle"
  | "former-name"
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
  // the run
  | "locked"
  | "still-busy"
  | "blocked"
  | "interrupted"
  | "stale-plan"
  | "foreign-plan"
  | "unknown-agent"
  | "needs-confirmation"
  | "bad-usage"
  | "internal"
  | "sandbox-failed";

/** A place in a text that the user wrote. */
export interface Place {
  /** Path as the user gave it. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based, in UTF-16 code units. */
  readonly column: number;
  /** How many columns the caret underlines, at least 1; of a masked value, those of what stands for it. */
  readonly length: number;
  /** The text of that line, without its line ending. Secrets in it are masked. */
  readonly source: string;
  /** Where the caret begins in `source`, if a masked value before it has moved it. */
  readonly sourceColumn?: number | undefined;
}

/**
 * An expected problem, as a value. `summary` is a noun phrase or short clause without a full stop,
 * `detail` whole sentences, `hint` what to do about it.
 */
export interface Diagnostic {
  readonly severity: "error" | "warning";
  readonly code: DiagnosticCode;
  readonly summary: string;
  readonly detail?: string | undefined;
  readonly hint?: string | undefined;
  readonly place?: Place | undefined;
  /** The number of further errors that are not told one by one. */
  readonly standsFor?: number | undefined;
}

/** Either a value or the diagnostics that say why there is none. */
export type Result<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly diagnostics: readonly Diagnostic[] };

/** A successful result. */
export function ok<T>(value: T): Result<T> {
  return { ok: true, value };
}

/** A failed result with one error. */
export function fail<T = never>(
  code: DiagnosticCode,
  summary: string,
  more: Pick<Diagnostic, "detail" | "hint" | "place"> = {},
): Result<T> {
  return { ok: false, diagnostics: [{ severity: "error", code, summary, ...more }] };
}
