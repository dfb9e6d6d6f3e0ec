import type { ConfigMark } from "../desired/marks/config-mark.ts";
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
  /** Of a failed unit: how its last main process ended, 128+n after signal n; undefined where none ran. */
  readonly exitStatus?: number | undefined;
}

/** Why an agent is busy though it prints nothing: its processes use the processor, or it says so by its marker file. */
export type SilentWork = "computes" | "says-so";

export interface ObservedPane {
  /** `%N` */
  readonly id: string;
  /** The process that tmux started in the pane. */
  readonly pid: number;
  readonly dead: boolean;
  /** `$N` */
  readonly sessionId: string;
  readonly sessionName: string;
  /** People attached to the session: clients that can type into it. */
  readonly attached: number;
  /** Other clients of it: read-only ones, and programs in control mode. */
  readonly viewers?: number | undefined;
  /** The unit that made the session; empty for a session that somebody else made. */
  readonly sessionUnit: string;
  /** Last output in the window, seconds since the epoch. */
  readonly activity: number;
  /** Looked for only where a plan may interrupt a silent agent, see interruptible. */
  readonly work?: SilentWork | undefined;
  /** The agent whose pane this is, by its mark @mosaic_agent. */
  readonly agent: string | undefined;
  /** What the agent was started with, by @mosaic_config. */
  readonly config: ConfigMark | undefined;
  /** Digest of the template and script that started it, by @mosaic_units. */
  readonly units: string | undefined;
  /** Names of the processes that the command has left in the background at its end, by @mosaic_left. */
  readonly left?: string | undefined;
  /** The directory that the live process of an agent is in, if that was removed. */
  readonly lostWorkdir?: string | undefined;
}

/** The tmux server on the fleet's socket. */
export type ObservedTmux =
  | {
      readonly kind: "absent";
      /** The holder's own server that lives and listens on the socket, though the socket's file is gone. */
      readonly lostPid?: number | undefined;
    }
  | {
      readonly kind: "server";
      readonly pid: number;
      /** The systemd unit in whose control group the server runs, if in any. */
      readonly unit: string | undefined;
      readonly panes: readonly ObservedPane[];
    };

/** The file that `tmux.config` names. */
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
      /** The same, also of mode and name, and as nobody can set it back. */
      readonly changedMs?: number | undefined;
    }
  | { readonly kind: "link"; readonly target: string }
  | { readonly kind: "unreadable"; readonly message: string }
  | { readonly kind: "other" };

/** What the start script keeps of one agent in its runtime directory while the unit is loaded. */
export interface ObservedRuntime {
  /** When it was last started, ms since the epoch. */
  readonly startedMs: number | undefined;
  /** Exit status of the last run, if one ended. */
  readonly exitStatus: number | undefined;
  /** Automatic restarts after a failure since the last deliberate start. */
  readonly restarts: number;
  /** The time, ms, after which its last end had to kill it; undefined if it ended by itself. */
  readonly killedAfterMs?: number | undefined;
}

/** A folder, or a link to one. */
export interface ObservedFolder {
  /** Where it leads, if it is a symbolic link. */
  readonly linkTo: string | undefined;
  /** Links followed; undefined for one that leads nowhere. */
  readonly access: Access | undefined;
  /** The last change of it, or of the names in it, ms since the epoch; links followed. */
  readonly changedMs?: number | undefined;
}

export interface AppliedFile {
  /** Absolute, links followed. */
  readonly path: string;
  /** True if it is the file that is planned for. */
  readonly isThis: boolean;
}

export interface ObservedWatch {
  readonly pid: number;
  /** The service that the process is; undefined for one that somebody has started by hand. */
  readonly unit: string | undefined;
  /** Of the tool that it runs; undefined before 0.1.0. */
  readonly version: string | undefined;
}

/** A fleet of another name, on the same machine and of the same user. */
export interface OtherFleet {
  readonly fleet: string;
  /** The tmux socket that its holder unit names, undefined where that cannot be told. */
  readonly socket: string | undefined;
}

/** One snapshot of the machine. Every part was read without error: what is missing here is absent there. */
export interface Observed {
  /** ms since the epoch. */
  readonly now: number;
  readonly units: ReadonlyMap<string, ObservedUnit>;
  readonly tmux: ObservedTmux;
  /** Every path of the fleet's layout that exists, by path. */
  readonly files: ReadonlyMap<string, ObservedFile>;
  /** The folders that these are in and those above them, as far as they exist, by path. */
  readonly folders?: ReadonlyMap<string, ObservedFolder>;
  /** Of the account that this runs for. */
  readonly uid?: number | undefined;
  /** By agent. */
  readonly runtime: ReadonlyMap<string, ObservedRuntime>;
  readonly inputs: Inputs;
  /** Sorted by name. */
  readonly otherFleets?: readonly OtherFleet[];
  /** The service that is installed to watch the fleet cannot start: this program of it is gone. */
  readonly lostWatch?: { readonly unit: string; readonly missing: string } | undefined;
  /** What bears on the fleet's units beside its own files; undefined where that was not looked at. */
  readonly inForce?: ObservedInForce | undefined;
  /** The fleet file that was applied last; undefined if nothing tells. */
  readonly appliedFile?: AppliedFile | undefined;
  /** The process that watches the fleet, if one does. */
  readonly watch?: ObservedWatch | undefined;
  /** The file that `tmux.config` names, if it names one. */
  readonly tmuxConfig?: ObservedTmuxConfig | undefined;
  /** The errors that the tmux server found in its configuration when it started, as `PATH:LINE: …`. */
  readonly startErrors?: readonly string[];
  /** Why the holder could not start the tmux server, while it tries again. */
  readonly startFailure?: string | undefined;
  /** When the tmux server last ended and systemd started it again, ms since the epoch. */
  readonly serverEndMs?: number | undefined;
  /** An apply was cut off between writing units and the daemon-reload. */
  readonly reloadPending: boolean;
  /** The unit in whose control group this command itself runs, if in any. */
  readonly selfUnit: string | undefined;
  /** The session on the fleet's server (`$N`) in a window of which this command itself runs, if in any. */
  readonly selfSession?: string | undefined;
}
