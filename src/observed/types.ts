import type { TmuxPane } from "../machine/tmux-panes.ts";
import type { ConfigMark } from "../desired/marks/config-mark.ts";
import type { SideMark } from "../desired/windows/side-mark.ts";
import type { Inputs } from "../desired/inputs.ts";
import type { Access } from "../permissions/who-can-write.ts";
import type { ObservedInForce } from "./in-force.ts";

/** One line of `systemctl list-units`. */
export interface ObservedUnit {
  readonly name: string;
  /** `loaded`, `not-found`, `bad-setting`, `error`, `masked`, … */
  readonly load: string;
  /** `active`, `activating`, `inactive`, `failed`, `deactivating`, … */
  readonly active: string;
  /** `running`, `auto-restart`, `dead`, `failed`, `start`, … */
  readonly sub: string;
  /** Exit status of a failed unit's last main process, 128+n after signal n; undefined if none ran. */
  readonly exitStatus?: number | undefined;
  /** `start`, `restart`, `stop`, …: the type of its queued or running job, no matter who asked for it. */
  readonly job?: string;
}

/**
 * The sign of work in a silent agent: its processes use the processor, its marker file says so, or its activity does: it
 * works, or has asked a person.
 */
export type SilentWork = "computes" | "says-so" | "works" | "waits";

/** A pane with everything observed of it. */
export interface ObservedPane extends TmuxPane {
  /** Clients without a keyboard: read-only ones, and programs in control mode. */
  readonly viewers?: number | undefined;
  /** Read only if a plan may interrupt a silent agent, see interruptible. */
  readonly work?: SilentWork | undefined;
  /** True if its program says it is idle, and its prompt is empty. Read only if a plan may interrupt it. */
  readonly isDone?: boolean | undefined;
  /** The pane's agent, by its mark @mosaic_agent. */
  readonly agent: string | undefined;
  /** The configuration at the agent's start, by @mosaic_config. */
  readonly config: ConfigMark | undefined;
  /** Digest of the template and script at its start, by @mosaic_units. */
  readonly units: string | undefined;
  /** Names of the command's background processes at its end, by @mosaic_left. */
  readonly left?: string | undefined;
  /** The setting of the log started for this pane, by @mosaic_log. */
  readonly log?: string | undefined;
  /** True while a process reads the pane's output. */
  readonly isPiped?: boolean | undefined;
  /** `@N` */
  readonly windowId?: string | undefined;
  /** The mark of a declared pane next to an agent, by @mosaic_pane. */
  readonly side?: SideMark | undefined;
  /** The exit status of such a pane if it is dead and the status is known. */
  readonly exitStatus?: number | undefined;
  /** The removed directory of an agent's live process. */
  readonly lostWorkdir?: string | undefined;
}

/** The tmux server on the fleet's socket. */
export type ObservedTmux =
  | {
      readonly kind: "absent";
      /** The holder's own server if it lives and listens on the socket, but the socket's file is gone. */
      readonly lostPid?: number | undefined;
    }
  | {
      readonly kind: "server";
      readonly pid: number;
      /** Such as `3.3a`; undefined if unknown. */
      readonly version?: string | undefined;
      /** The systemd unit of the server's control group, if any. */
      readonly unit: string | undefined;
      readonly panes: readonly ObservedPane[];
    };

/** The file in `tmux.config`. */
export type ObservedTmuxConfig =
  | { readonly kind: "missing"; readonly path: string }
  | { readonly kind: "unreadable"; readonly path: string; readonly message: string }
  /** `errors` are those of its syntax, as `PATH:LINE: …`; undefined if tmux could not be asked. */
  | { readonly kind: "read"; readonly path: string; readonly errors: readonly string[] | undefined };

export type ObservedFile =
  | {
      readonly kind: "file";
      readonly content: string;
      /** Permission bits. */
      readonly mode: number;
      /** Last change, ms since the epoch. */
      readonly modifiedMs: number;
      /** The same, with changes of mode and name, by a time that no program can set back. */
      readonly changedMs?: number | undefined;
    }
  | { readonly kind: "link"; readonly target: string }
  | {
      readonly kind: "unreadable";
      readonly message: string;
      /** The message without the call and its path. */
      readonly problem?: string | undefined;
    }
  | { readonly kind: "other" };

/** The start script's files on one agent in the runtime directory, while the unit is loaded. */
export interface ObservedRun {
  /** Time of its last start, ms since the epoch. */
  readonly startedMs: number | undefined;
  /** Exit status of the last run, if one ended. */
  readonly exitStatus: number | undefined;
  /** Automatic restarts after a failure since the last deliberate start. */
  readonly restarts: number;
  /** The line of a service with its configuration at its start; empty if unknown, undefined for an agent. */
  readonly config?: string | undefined;
  /** The main process of a service. */
  readonly pid?: number | undefined;
  /** The agent's time until the kill at its last end, ms; undefined if it ended by itself. */
  readonly killedAfterMs?: number | undefined;
  /** The end of the last run, if memory ran out. A deliberate start forgets it. */
  readonly memoryEnd?: MemoryEnd | undefined;
  /**
   * The step systemd waits for, valid only while its unit starts or stops; or the missed time to be ready.
   */
  readonly wait?: UnitWait | undefined;
}

/** The end of a run after the kernel has killed a process of the agent, because memory ran out. */
export interface MemoryEnd {
  /** ms since the epoch. */
  readonly atMs: number;
  /** The limit of the agent, bytes; undefined if the memory of the machine, or of a group above, ran out. */
  readonly limitBytes: number | undefined;
}

/** A wait of systemd for an agent. */
export interface UnitWait {
  readonly kind:
    /** For the end of an agent asked to end. */
    | "stop"
    /** Until it is ready. */
    | "ready"
    /** None: it was not ready in time. */
    | "unready"
    /** For its turn to start. */
    | "turn"
    /** For the end of a limit of its account. */
    | "limit"
    /** For agents it depends on. */
    | "dependency";
  /** ms since the epoch. */
  readonly sinceMs: number;
  /** The longest wait, ms; 0 if there is none. */
  readonly limitMs: number;
  /** The sent text or keys; the groups of its turn; the agents it depends on; empty for the other kinds. */
  readonly words: string;
  /** The question on the screen of an agent that is not ready. */
  readonly asks?: string | undefined;
  /** The reason why no agent of one of its groups starts. */
  readonly halt?: GroupHalt | undefined;
  /** The end of the limit of its account, ms since the epoch. */
  readonly untilMs?: number | undefined;
}

/** A group of agents with turns to start. None starts now: several in a row have ended alike. */
export interface GroupHalt {
  /** See Pace. */
  readonly group: string;
  /** Number of agents. */
  readonly count: number;
  /** Their exit status; undefined if their starts failed. */
  readonly exitStatus: number | undefined;
  /** The time of the next try, ms since the epoch. */
  readonly untilMs: number;
  /** True while one agent is that try. */
  readonly isTrying: boolean;
}

/** A folder, or a link to one. */
export interface ObservedFolder {
  /** The target, if it is a symbolic link. */
  readonly linkTo: string | undefined;
  /** Links followed; undefined for a dangling link. */
  readonly access: Access | undefined;
  /** The last change of it, or of the names in it, ms since the epoch; links followed. */
  readonly changedMs?: number | undefined;
}

export interface AppliedFile {
  /** Absolute, links followed. */
  readonly path: string;
  /** True if it is the file of this plan. */
  readonly isThis: boolean;
}

export interface ObservedWatch {
  readonly pid: number;
  /** The service of the process; undefined if it was started by hand. */
  readonly unit: string | undefined;
  /** Version of its tool; undefined before 0.1.0. */
  readonly version: string | undefined;
}

/** A fleet of another name, on the same machine and of the same user. */
export interface OtherFleet {
  readonly fleet: string;
  /** The tmux socket in its holder unit, undefined if unknown. */
  readonly socket: string | undefined;
}

/**
 * One snapshot of the machine. Every part was read without error: a missing part is absent on the machine.
 */
export interface Observed {
  /** ms since the epoch. */
  readonly now: number;
  readonly units: ReadonlyMap<string, ObservedUnit>;
  readonly tmux: ObservedTmux;
  /** Every existing path of the fleet's layout, by path. */
  readonly files: ReadonlyMap<string, ObservedFile>;
  /** The folders of these files and their existing parents, by path. */
  readonly folders?: ReadonlyMap<string, ObservedFolder>;
  /** User id of the fleet's account. */
  readonly uid?: number | undefined;
  /** By agent. */
  readonly runtime: ReadonlyMap<string, ObservedRun>;
  readonly inputs: Inputs;
  /** Sorted by name. */
  readonly otherFleets?: readonly OtherFleet[];
  /** The missing program of the fleet's watch service, which cannot start without it. */
  readonly lostWatch?: { readonly unit: string; readonly missing: string } | undefined;
  /** Effects on the fleet's units from other files; undefined if not observed. */
  readonly inForce?: ObservedInForce | undefined;
  /** The last applied fleet file; undefined if unknown. */
  readonly appliedFile?: AppliedFile | undefined;
  /** The process of the fleet's watch, if one runs. */
  readonly watch?: ObservedWatch | undefined;
  /** The file in `tmux.config`, if it names one. */
  readonly tmuxConfig?: ObservedTmuxConfig | undefined;
  /** The tmux server's errors in its configuration at its start, as `PATH:LINE: …`. */
  readonly startErrors?: readonly string[];
  /** The reason for the holder's failure to start the tmux server, while it tries again. */
  readonly startFailure?: string | undefined;
  /** Time of the tmux server's last end before a start by systemd, ms since the epoch. */
  readonly serverEndMs?: number | undefined;
  /** An apply was cut off between writing units and the daemon-reload. */
  readonly reloadPending: boolean;
  /** The unit of this command's own control group, if any. */
  readonly selfUnit: string | undefined;
  /** The session on the fleet's server (`$N`) with this command in one of its windows, if any. */
  readonly selfSession?: string | undefined;
}
