import type { Deviation } from "../plan/deviation.ts";
import type { Change } from "../plan/change.ts";
import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LogDisk, LogObstacle } from "./log-facts.ts";
import type { MemoryEnd } from "../observed/types.ts";
import type { Note } from "../plan/note.ts";

/**
 * The checks of `fleet doctor`, in the order of its output, each with the part of the doctor that makes it. The names are
 * stable: people ignore a check by its name.
 */
const checks = {
  "user-manager": "machine",
  "unit-path": "fleet",
  lingering: "machine",
  controllers: "machine",
  tmux: "machine",
  "tmux-config": "fleet",
  "tmux-terminal": "terminal",
  "tmux-server": "fleet",
  "fleet-file": "file",
  fleet: "fleet",
  programs: "programs",
  presets: "programs",
  agents: "fleet",
  logs: "fleet",
  units: "fleet",
  overrides: "fleet",
  watch: "fleet",
} as const;

/** The name of a check. */
export type CheckName = keyof typeof checks;

/** The names of all checks, in the order of the output. */
export const checkNames = Object.keys(checks) as readonly CheckName[];

/** Returns the checks that a part of the doctor makes, which a diagnosis lists even if they find nothing. */
export function checksOf(part: (typeof checks)[CheckName]): readonly CheckName[] {
  return checkNames.filter((name) => checks[name] === part);
}

/**
 * The weight of a finding. `broken`: something does not work now. `warning`: it will not work, or not as declared.
 * `advice`: it works as somebody wants it, and there is something to know. `unknown`: the check has no answer.
 */
export type Severity = "broken" | "warning" | "unknown" | "advice";

/** One finding of a check. */
export type Finding = Facts & {
  readonly check: CheckName;
  readonly severity: Severity;
  /** A safe remedy, for `fleet doctor --fix`. */
  readonly fix?: Fix | undefined;
};

/** A remedy that interrupts no agent. A closed set. */
export type Fix =
  | { readonly kind: "enable-linger" }
  | { readonly kind: "daemon-reload" }
  | { readonly kind: "recreate-socket" }
  | { readonly kind: "reset-failed"; readonly units: readonly string[] }
  /** Gives the user the rights to write to a folder or file of its own. */
  | { readonly kind: "make-writable"; readonly path: string }
  /** Starts the processes again that write the logs of these agents. */
  | { readonly kind: "start-logs"; readonly agents: readonly string[] };

/** The facts behind a finding. A closed set of kinds, each with its data. */
export type Facts =
  /** A question that failed, or a problem of fleet.yaml; `more` is the number of further problems. */
  | { readonly kind: "problem"; readonly problem: Diagnostic; readonly more: number }
  /** A note that every plan has. */
  | { readonly kind: "note"; readonly note: Note }
  /** Something in force besides fleet.yaml. */
  | { readonly kind: "deviation"; readonly deviation: Deviation }
  | { readonly kind: "ends-at-logout" | "logout-unknown"; readonly user: string }
  | { readonly kind: "controllers-unknown" }
  | { readonly kind: "controllers-missing"; readonly missing: readonly string[] }
  | { readonly kind: "old-tmux"; readonly version: string }
  | { readonly kind: "no-terminal-entry"; readonly terminal: string; readonly socket: string }
  | { readonly kind: "no-fleet-file" }
  /** The program of agents is not on their PATH; `found` is its place on the caller's PATH. */
  | {
      readonly kind: "program-missing";
      readonly program: string;
      readonly agents: readonly string[];
      readonly path: string;
      readonly found: string | undefined;
    }
  /** The version of a program is not the one its preset was made for; `installed` is undefined without an answer. */
  | {
      readonly kind: "preset-version";
      readonly preset: string;
      /** Absolute. */
      readonly program: string;
      readonly madeFor: string;
      readonly installed: string | undefined;
      readonly agents: readonly string[];
    }
  | { readonly kind: "agent-blocked"; readonly agents: readonly string[]; readonly change: Change }
  | {
      readonly kind: "agent-failed";
      readonly agent: string;
      readonly unit: string;
      readonly exitStatus: number | undefined;
      readonly restarts: number;
      /** True if systemd is about to start it again. */
      readonly isRetried: boolean;
      readonly memoryEnd?: MemoryEnd | undefined;
    }
  /** Memory ran out in the last run of an agent that runs again. */
  | {
      readonly kind: "memory-ran-out";
      readonly agent: string;
      readonly restarts: number;
      readonly memoryEnd: MemoryEnd;
    }
  | { readonly kind: "agents-suspended" | "agents-down"; readonly agents: readonly string[] }
  /** Nothing writes the logs of these agents. */
  | { readonly kind: "log-unwritten"; readonly agents: readonly string[] }
  /** Something is in the way of the logs of these agents. */
  | (Omit<LogObstacle, "agent"> & { readonly kind: "log-blocked"; readonly agents: readonly string[] })
  /** The file system of logs is full, nearly full, or has less room than the logs may take. */
  | (LogDisk & { readonly kind: "log-disk" })
  | { readonly kind: "not-applied"; readonly actions: number }
  | { readonly kind: "units-stale"; readonly paths: readonly string[] }
  | { readonly kind: "units-failed"; readonly units: readonly string[] }
  | { readonly kind: "watch-down"; readonly unit: string; readonly state: string };

/** The result of all checks. */
export interface Diagnosis {
  /** The name of the fleet; undefined without a valid fleet.yaml. */
  readonly fleet: string | undefined;
  /** The checks with all their facts, in the order of checkNames. */
  readonly checked: readonly CheckName[];
  /** The worst first, and those of equal severity in the order of the checks. */
  readonly findings: readonly Finding[];
}
