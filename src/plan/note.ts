import type { Change } from "./change.ts";

/** Something people should know besides the actions of a plan. A closed set of kinds, each with its data. */
export type Note = HindranceNote | PlainNote;

/** An obstacle for the whole fleet. */
export interface HindranceNote {
  readonly kind: "hindrance";
  readonly change: Change;
  readonly fleet: string;
  readonly socket: string;
  readonly holder: string;
}

/** A note whose data is printed as it is. */
export type PlainNote = FleetNote | ServerNote | VersionNote | AgentNote | CommandNote;

/** A note on the fleet as a whole. */
type FleetNote =
  /** The new text of the holder's unit is not in force until its next start. */
  | { readonly kind: "holder-outdated"; readonly holder: string }
  /** The first apply on a machine that has other fleets. */
  | { readonly kind: "another-fleet"; readonly others: readonly string[] }
  /** Another file was applied last, and this one removes agents. */
  | { readonly kind: "another-file"; readonly path: string }
  /** The service of the watch refers to a program that is gone. */
  | { readonly kind: "watch-broken"; readonly unit: string; readonly missing: string };

/** A note on the tmux server or its configuration. */
type ServerNote =
  | {
      readonly kind: "server-down";
      readonly holder: string;
      /** True if systemd tries no more. */
      readonly isGivenUp: boolean;
      /** The message of the failed start; undefined if the server has not failed to start, or its message is not known. */
      readonly failure: string | undefined;
    }
  | { readonly kind: "server-back"; readonly sinceMs: number }
  | { readonly kind: "tmux-config-missing"; readonly path: string }
  | { readonly kind: "tmux-config-unreadable"; readonly path: string; readonly problem: string }
  | { readonly kind: "tmux-config-wrong"; readonly errors: readonly string[] }
  /** The errors the server has found in its configuration when it started. */
  | { readonly kind: "tmux-start-errors"; readonly errors: readonly string[]; readonly holder: string }
  | { readonly kind: "socket-gone"; readonly socket: string; readonly pid: number };

/** A note on versions of mosaic-fleet that do not fit together. */
type VersionNote =
  | { readonly kind: "newer-version"; readonly installed: string; readonly own: string }
  | ({ readonly kind: "other-watch"; readonly pid: number; readonly own: string } & OtherWatch);

/** A watch of another version. */
export interface OtherWatch {
  /** Undefined for a version before 0.1.0. */
  readonly version: string | undefined;
  /** Its service; undefined for a watch somebody started by hand. */
  readonly unit: string | undefined;
}

/** A note on single agents. */
type AgentNote =
  | { readonly kind: "older-script"; readonly agents: readonly string[] }
  | { readonly kind: "session-renamed"; readonly agent: string; readonly session: string }
  /** Agents whose directory was removed while they run in it; `isMissing` if it does not exist again. */
  | {
      readonly kind: "workdir-removed";
      readonly agents: readonly string[];
      readonly path: string;
      readonly isMissing: boolean;
    }
  /** An agent whose last start has failed because of its worktree. */
  | { readonly kind: "worktree-failed"; readonly agent: string; readonly failure: string }
  /** An agent whose command ended with status 0 and left a process. */
  | { readonly kind: "went-to-background"; readonly agent: string; readonly left: string }
  /** Agents whose command ended with status 0 and left nothing. */
  | { readonly kind: "ended-by-itself"; readonly agents: readonly string[] }
  /** Agents that wait, because several agents of their group have ended alike as soon as they had started. */
  | {
      readonly kind: "starts-held";
      /** Undefined for the group of all agents. */
      readonly runtime: string | undefined;
      readonly count: number;
      /** Undefined if their starts failed. */
      readonly exitStatus: number | undefined;
      /** The time of the next try, ms since the epoch. */
      readonly untilMs: number;
      /** True while one agent is that try. */
      readonly isTrying: boolean;
      readonly agents: readonly string[];
    }
  /** More agents restart than may be down at once in a group. */
  | {
      readonly kind: "restarts-in-turns";
      /** Undefined for the group of all agents. */
      readonly runtime: string | undefined;
      readonly count: number;
      readonly parallel: number;
      readonly intervalMs: number;
    }
  | { readonly kind: "adoptable"; readonly agents: readonly string[] }
  | { readonly kind: "not-as-declared"; readonly agents: readonly string[] }
  /** An agent to be removed looks like an added one; `formerly` is the value for `entry` in fleet.yaml. */
  | {
      readonly kind: "looks-renamed";
      readonly old: string;
      readonly agent: string;
      readonly formerly: string;
      readonly entry: string;
    }
  | { readonly kind: "more-look-renamed"; readonly count: number };

/** A note on the way to a plan, or on its consequences. */
type CommandNote =
  /** The next runs of the timers the plan starts, in systemd's words. */
  | { readonly kind: "next-runs"; readonly runs: readonly { readonly agent: string; readonly at: string }[] }
  /** Agents a saved plan leaves to systemd's automatic restart. */
  | { readonly kind: "left-to-systemd"; readonly agents: readonly string[] }
  /** The plan is about some agents alone: `selected` of `all`. */
  | { readonly kind: "left-out"; readonly selected: number; readonly all: number }
  /** Agents that are not selected and do not run. systemd starts them together with selected ones depending on them. */
  | { readonly kind: "started-along"; readonly agents: readonly string[] }
  /** Stopped agents the next apply starts. */
  | { readonly kind: "comes-back"; readonly agents: readonly string[] }
  /** The rest after a destroy, because of blocked agents. */
  | { readonly kind: "agents-stay"; readonly count: number }
  /** The rest after a destroy, because of things that are not the fleet's. */
  | {
      readonly kind: "shared-stays";
      readonly socket: string;
      readonly users: readonly { readonly kind: "session" | "unit"; readonly name: string }[];
    }
  /** The log files that stay, each in the folder of its agent below `folder`. */
  | { readonly kind: "logs-stay"; readonly agents: readonly string[]; readonly folder: string }
  /** The worktrees of removed agents, which may hold work. */
  | {
      readonly kind: "worktrees-stay";
      readonly worktrees: readonly { readonly agent: string; readonly path: string }[];
      /** True after a destroy: the agents are still in fleet.yaml. */
      readonly isDestroy: boolean;
    }
  /** A file a snapshot, or an empty machine, says nothing about; `base` is undefined for an empty machine. */
  | {
      readonly kind: "assumed";
      readonly path: string;
      readonly base: { readonly host: string; readonly takenAt: string } | undefined;
    };
