import type { Allowances, Refusal } from "./allowances.ts";
import type { AgentPlan } from "./agent-plan.ts";
import type { Change, Reason } from "./change.ts";
import type { Deviation } from "./deviation.ts";
import type { AgentWindows } from "../machine/window-work.ts";
import type { Note } from "./note.ts";
import type { SharedFileRole } from "../desired/types.ts";
import type { Turn } from "../desired/pace.ts";
import type { Suspension } from "../desired/marks/suspension.ts";

/**
 * A plan is plain data: the actions, their order, and their reasons. Nothing in src/plan can read or change a
 * machine.
 */
export interface Plan {
  readonly fleet: string;
  readonly socket: string;
  /** The agents named by the user; undefined for the whole fleet. */
  readonly only?: readonly string[] | undefined;
  readonly summary: Summary;
  /** Sorted by name. */
  readonly agents: readonly AgentPlan[];
  /** Changes to the shared files of all agents. */
  readonly shared: readonly FileChange[];
  /** In the order of execution. */
  readonly actions: readonly Action[];
  /** Unmarked things that look like an agent of this fleet. */
  readonly unmanaged: readonly Unmanaged[];
  readonly notes: readonly Note[];
  /** Obstacles to the declared state that apply leaves alone. */
  readonly deviations?: readonly Deviation[] | undefined;
  /** An obstacle of the whole fleet that keeps something from being done. */
  readonly hindrance: Change | undefined;
  /** Guards that refuse the plan as a whole. Empty in an applicable plan. */
  readonly refusals: readonly Refusal[];
}

export interface Summary {
  readonly add: number;
  readonly change: number;
  readonly restart: number;
  readonly remove: number;
  readonly pending: number;
  readonly blocked: number;
  readonly daemonReload: boolean;
}

/** `none` interrupts nobody, `agent` the work of one agent, `fleet` the work of all. */
export type Cost = "none" | "agent" | "fleet";

/** A difference of a file or folder shared by all agents. */
export type FileChange = Change & {
  readonly path: string;
  readonly role: SharedFileRole | "env-folder" | "override";
};

export interface Unmanaged {
  readonly kind: "session" | "unit" | "file";
  readonly name: string;
}

interface ActionBase {
  /** `KIND:TARGET`, unique in a plan and the same in every plan with the same action. */
  readonly id: string;
  /** A path, a unit or a session. */
  readonly target: string;
  readonly agent: string | undefined;
  readonly reason: Reason;
  readonly cost: Cost;
  /** Its predecessors: unless they end, nothing is done. */
  readonly after?: readonly string[] | undefined;
}

/** Changes a file or link. */
export type FileAction =
  | (ActionBase & { readonly kind: "write-file"; readonly content: string; readonly mode: number })
  | (ActionBase & { readonly kind: "link"; readonly to: string })
  | (ActionBase & { readonly kind: "remove-file" | "unlink"; readonly prune: readonly string[] })
  | (ActionBase & { readonly kind: "set-mode"; readonly mode: number });

/** The time of a start beyond that of other agents, its longest wait for its turn, ms, and its turns. */
interface PlannedStartTimes {
  readonly furtherMs?: number;
  readonly queueMs?: number;
  readonly turns?: readonly Turn[];
}

/** A request to systemd or tmux. */
export type CallAction =
  | (ActionBase & {
      readonly kind: "daemon-reload" | "reset-failed" | "kill-session" | "recreate-socket";
    })
  | (ActionBase & PlannedStartTimes & { readonly kind: "start" })
  | (ActionBase & { readonly kind: "stop"; readonly timeoutMs: number })
  | (ActionBase & PlannedStartTimes & { readonly kind: "restart"; readonly timeoutMs: number })
  | (ActionBase & { readonly kind: "tag"; readonly marks: PaneOwner })
  | (ActionBase & { readonly kind: "log"; readonly log: PaneLog })
  /** `target` is the agent's own pane, `%N`. */
  | (ActionBase & { readonly kind: "windows"; readonly windows: AgentWindows });

/** The new state of a pane's log. `target` is the pane's id, `%N`. */
interface PaneLog {
  /** The process in the pane. */
  readonly pid: number;
  readonly agent: string;
  /** The setting, in the form of formatLogSetting; undefined to end the log. */
  readonly setting: string | undefined;
  /** The words for the first line of the log. */
  readonly event: string;
}

/** The new marks of a pane. `target` is the pane's id, `%N`. */
interface PaneOwner {
  /** The process in the pane: a new tmux server gives the same ids to others. */
  readonly pid: number;
  /** `$N` */
  readonly sessionId: string;
  readonly agent: string;
  /** The unit of the agent. */
  readonly unit: string;
  /** The configuration of the agent's start, in the form of formatConfigMark; empty for unknown. */
  readonly config: string;
}

export type Action = FileAction | CallAction;

export type ActionKind = Action["kind"];

/** Options of a plan, and the user's allowances beyond the file. */
export interface PlanOptions extends Allowances {
  /** Only these agents are planned for; undefined means all. */
  readonly only: ReadonlySet<string> | undefined;
  /** True if the program has chosen these agents, for example the ones that have become idle. */
  readonly isOwnChoice?: boolean | undefined;
  /** The user's intent for the agents in `only` beyond the declaration: `fleet restart` and so on. */
  readonly intent?: "restart" | "start" | "stop" | "adopt" | undefined;
  /** With the intent to stop: the suspension that keeps these agents down. */
  readonly keepDown?: Suspension | undefined;
  /** Leave an agent waiting for its automatic restart to systemd: for a plan to be applied later. */
  readonly leaveToSystemd?: boolean | undefined;
  /** True for a watch: it changes nothing in a fleet of a newer version. */
  readonly isWatch?: boolean | undefined;
}
