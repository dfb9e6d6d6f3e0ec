import type { Need } from "../desired/need.ts";
import type { FileEdit } from "../diffs/types.ts";
import type { Writer } from "../permissions/who-can-write.ts";

/** One difference of an agent, or of a file shared by all agents: a reason, with its data. */
export type Change = Cause & {
  /** The lines written into a file by hand that would be lost. */
  readonly edit?: FileEdit | undefined;
  /** The edit as lines to be shown, secrets masked: see diffLines. */
  readonly diff?: readonly string[] | undefined;
};

/** The reason why something is done, or not done. A closed set: scripts may rely on it. */
export type Reason = Cause["reason"];

/** A job that is not completed, before an agent waiting for it. */
export type AwaitedJob = Extract<Change, { readonly reason: "job-not-completed" }>;

/** A file of one agent. */
export type AgentFile = "env" | "drop-in" | "unit" | "timer";

/** The permission bits of a file or folder, and those that it should have. */
export interface Modes {
  readonly found: number;
  readonly wanted: number;
}

/** A difference with its data. */
export type Cause =
  | Existence
  | Configuration
  | Settings
  | Windows
  | Drift
  | RunChange
  | Wish
  | Protection
  | Foreign
  | Need
  | FleetWide;

/** An agent comes or goes, or has another name. */
type Existence =
  | { readonly reason: "new" | "no-longer-declared" | "missing" | "destroy" }
  | { readonly reason: "renamed"; readonly successor: string }
  /** It comes from another host, on which it has to end first. */
  | { readonly reason: "runs-elsewhere"; readonly host: string }
  | { readonly reason: "takes-place"; readonly predecessors: readonly string[] };

/** A difference in what an agent is started with. */
type Configuration = {
  readonly reason:
    | "command-changed"
    | "runtime-changed"
    | "workdir-changed"
    | "env-changed"
    | "env-files-changed"
    | "config-changed";
  /** The changed fields of fleet.yaml, such as `env.MODEL`; empty if they are not known. */
  readonly fields: readonly string[];
};

/** A difference that takes effect without a restart. */
type Settings =
  | {
      readonly reason: "settings-changed";
      /** The changed record: `completion` belongs to a job before it became an agent. */
      readonly record: AgentFile | "completion";
      /** The changed fields (`env`) or directives (`drop-in`); empty if they are not known. */
      readonly names: readonly string[];
    }
  | { readonly reason: "unit-changed"; readonly directives: readonly string[] }
  | { readonly reason: "enablement-changed" };

/** A difference of the windows next to a running agent. It takes effect without a restart of the agent. */
interface Windows {
  /** fleet.yaml declares others; a declared one was closed; or one with `restart: true` has ended. */
  readonly reason: "windows-changed" | "window-closed" | "window-ended";
  /** Panes to open: `logs`, or `tests.2` for one of several in a window. */
  readonly opens: readonly string[];
  /** Panes whose command is to start again. */
  readonly restarts: readonly string[];
  /** The windows of panes to close. */
  readonly closes: readonly string[];
  /** Windows that get another layout, and nothing else. */
  readonly arranges: readonly string[];
}

/** A file changed after it was written, or unread by systemd. */
type Drift =
  | { readonly reason: "file-missing"; readonly file?: AgentFile }
  | {
      readonly reason: "file-edited";
      /** Undefined for a shared file: its role says it. */
      readonly file?: AgentFile;
      readonly directives?: readonly string[];
      readonly mode?: Modes | undefined;
    }
  | { readonly reason: "mode-changed"; readonly file?: AgentFile; readonly mode: Modes }
  | { readonly reason: "not-loaded"; /** A path, or the unit whose mask is gone. */ readonly target: string }
  | { readonly reason: "loaded-file-gone"; readonly path: string }
  | { readonly reason: "link-missing" | "reload-pending" | "socket-gone" | "log-ended" };

/** A difference in what runs. */
type RunChange =
  | { readonly reason: "timer-stopped" }
  | {
      /** It starts after a job, which has not completed its declared work. */
      readonly reason: "job-not-completed";
      readonly job: string;
      /** The unit of the job: `running` also while it starts, and while systemd is about to start it again. */
      readonly state: "running" | "stopped" | "failed";
      /** The status of a failed run; undefined if unknown. */
      readonly exitStatus: number | undefined;
    }
  /** A service becomes an agent, or an agent a service. */
  | { readonly reason: "kind-changed"; readonly kind: "agent" | "service" }
  | {
      readonly reason: "not-running";
      /** The profiles of the agent, one of which is active. */
      readonly profiles?: readonly string[] | undefined;
      /** Set if systemd is already starting it, or if its last run still ends: its start joins that one, or follows it. */
      readonly underWay?: "start" | "end" | undefined;
    }
  | { readonly reason: "session-gone" | "config-unknown" }
  | {
      readonly reason: "failed";
      readonly exitStatus: number | undefined;
      /** True if it ended because memory ran out. */
      readonly outOfMemory?: true | undefined;
      /** True if systemd is about to start it again by itself. */
      readonly isRetried: boolean;
    };

/** The declared state, or a request of the user. */
type Wish =
  | { readonly reason: "requested" | "adopted" }
  | {
      readonly reason: "stop-wanted" | "stop-declared";
      /** The profiles of the agent, if it is stopped because none of them is active. */
      readonly profiles?: readonly string[] | undefined;
    };

/** An agent that is not to be ended. */
type Protection =
  | { readonly reason: "own-session" }
  | {
      readonly reason: "protected";
      readonly agent: string;
      /** `declared` in fleet.yaml; `marked` in a file of an agent to be removed; `unknown` without its env file. */
      readonly by: "declared" | "marked" | "unknown";
    };

/** Something in the place of one of the fleet's own things, or that an agent depends on. */
type Foreign =
  | {
      readonly reason: "not-ours";
      readonly kind: "file" | "link" | "unit" | "session";
      /** A path, a unit or a session. */
      readonly name: string;
    }
  | {
      readonly reason:
        "place-blocked" | "dependency-not-ours" | "dependency-suspended" | "dependency-elsewhere";
      readonly agent: string;
    }
  | {
      readonly reason: "adopt-differs";
      readonly fields: readonly string[];
      /** True if the env file was written after the start: then nothing says with what the agent was started. */
      readonly isFileNewer: boolean;
    }
  | ({ readonly reason: "not-adoptable"; readonly unit: string } & (
      | { readonly obstacle: "foreign-session"; readonly session: string }
      | { readonly obstacle: "unsettled"; readonly phase: "starting" | "stopping" | "restarting" }
      | { readonly obstacle: "no-session" }
    ))
  | { readonly reason: "unit-masked"; readonly unit: string }
  | { readonly reason: "unit-replaced"; readonly path: string }
  | {
      readonly reason: "file-unreadable";
      readonly path: string;
      /** The system's message; undefined for something that is no regular file. */
      readonly problem: string | undefined;
    }
  | ({ readonly reason: "folder-unsafe"; readonly path: string } & (
      | { readonly obstacle: "link"; readonly to: string }
      | {
          readonly obstacle: "writer";
          readonly writer: Writer;
          /** The user who runs this. */ readonly uid: number;
        }
    ));

/** An obstacle for the fleet as a whole. */
type FleetWide =
  | { readonly reason: "socket-claimed"; readonly fleet: string }
  | {
      readonly reason: "foreign-tmux-server";
      readonly socket: string;
      readonly pid: number;
      /** The unit in which the server runs; undefined outside of any. */
      readonly unit: string | undefined;
      /** The unit in which it should run. */
      readonly holder: string;
    }
  | { readonly reason: "no-tmux-server"; readonly socket: string; readonly holder: string }
  | {
      readonly reason: "newer-version";
      /** The version that has installed the fleet. */
      readonly installed: string;
      /** The version of this watch. */
      readonly own: string;
    };

/** The reasons that name fields, or directives of the drop-in, themselves. */
type Naming =
  | Extract<Change, { readonly reason: `${string}-changed`; readonly fields: unknown }>["reason"]
  | "settings-changed";

/**
 * The fields of fleet.yaml behind all other reasons, for `fleet why`; none if the reason is about the state of the machine.
 */
export const fieldsOfReason: Readonly<Record<Exclude<Reason, Naming | Need["reason"]>, readonly string[]>> = {
  new: [],
  "no-longer-declared": [],
  renamed: ["formerly"],
  "runs-elsewhere": ["hosts"],
  "takes-place": ["formerly"],
  "unit-changed": [],
  "enablement-changed": ["state"],
  "file-missing": [],
  "file-edited": [],
  "mode-changed": [],
  "link-missing": ["state"],
  "not-running": ["state"],
  "kind-changed": [],
  "timer-stopped": ["schedule"],
  "job-not-completed": ["dependsOn"],
  failed: ["command"],
  "session-gone": ["state"],
  "config-unknown": [],
  "reload-pending": [],
  "not-loaded": [],
  "loaded-file-gone": [],
  "socket-gone": [],
  "log-ended": ["log"],
  "windows-changed": ["windows"],
  "window-closed": ["windows"],
  "window-ended": ["windows"],
  requested: [],
  adopted: [],
  "stop-wanted": ["state"],
  destroy: [],
  protected: ["protect"],
  "own-session": [],
  "not-ours": [],
  "place-blocked": ["formerly"],
  "dependency-not-ours": ["dependsOn"],
  "dependency-suspended": ["dependsOn"],
  "dependency-elsewhere": ["dependsOn"],
  "adopt-differs": [],
  "not-adoptable": [],
  "stop-declared": ["state"],
  missing: [],
  "unit-masked": [],
  "unit-replaced": [],
  "file-unreadable": [],
  "folder-unsafe": [],
  "socket-claimed": ["tmux.socket"],
  "foreign-tmux-server": ["tmux.socket"],
  "no-tmux-server": ["tmux.socket"],
  "newer-version": [],
};

/** True for a difference in what runs that systemd can heal by its own restart, without an edit: a watch waits for that. */
export const isHealable: Readonly<Record<RunChange["reason"], boolean>> = {
  failed: true,
  "not-running": true,
  "session-gone": true,
  "config-unknown": true,
  "timer-stopped": false,
  "job-not-completed": false,
  "kind-changed": false,
};
