import type { ActivityState } from "../activity/activity.ts";
import type { UiChange, UiEnd, UiPlanned, UiProblem, UiSent } from "./changes/ui-change.ts";
import type { PictureLine } from "./picture/picture.ts";
import type { UiEarlier, UiTerminal } from "./terminal/shown-terminal.ts";

/** The version of the messages between server and page. A page of another version loads itself again. */
export const protocolVersion = 6;

/** The name that page and server agree on for their WebSocket. */
export const subprotocol = "fleet-ui";

/** The prefix of the subprotocol that carries the page's half of a session. */
export const keyPrefix = "key.";

/** The longest text for agents, characters. */
export const longestInput = 32_000;

/** The activity of an agent's program. */
interface UiActivity {
  readonly state: ActivityState;
  /** Its question or the end of its limit, in its own words. */
  readonly reason: string | null;
  /** ms since the epoch. */
  readonly since: number;
}

/** One row of the table. Times are fixed points, not durations: a row changes only if its agent does. */
export interface UiAgent {
  /** Unique on the page: an agent of another host is `HOST/AGENT`. */
  readonly name: string;
  /** The other host that it is on; null for an agent of this machine. */
  readonly host: string | null;
  readonly isService: boolean;
  readonly desired: "running" | "stopped" | null;
  readonly labels: Readonly<Record<string, string>>;
  /** The state of `fleet status`. */
  readonly state: string;
  /** The state in words, with its exit status or the step that it waits for. */
  readonly stateText: string;
  readonly activity: UiActivity | null;
  /** ms since the epoch. */
  readonly since: number | null;
  readonly restarts: number;
  readonly attached: number;
  readonly viewers: number;
  /** The time of its last output, ms since the epoch. */
  readonly quietSince: number | null;
  readonly memoryBytes: number | null;
  /** The share of one processor, from 0; null until it has been read twice. */
  readonly processorShare: number | null;
  /** The action that apply would take, or `none`. */
  readonly action: string;
  /** The reason in words; null for an agent that is as declared. */
  readonly pending: string | null;
  /** Its need for a person: the larger, the earlier in the table. */
  readonly attention: number;
  readonly isSuspended: boolean;
  /** True if its program was stopped by a signal. */
  readonly isFrozen: boolean;
}

/** Another machine of the fleet, which is asked for its agents now and then. */
export interface UiHost {
  readonly name: string;
  /** `asking`: it has not answered yet; `unreachable`: its last answer is an older one, or there is none. */
  readonly state: "asking" | "reached" | "unreachable";
  /** The time of its last answer, ms since the epoch; null before the first. */
  readonly seenAt: number | null;
  /** The reason why it did not answer, in words that do not name it. */
  readonly problem: UiProblem | null;
}

/** Everything that a page knows about the fleet besides its agents. */
export interface UiFleet {
  readonly fleet: string;
  /** The path of its file. */
  readonly file: string;
  /** The name of this machine in a fleet of several hosts; null in a fleet of one machine. */
  readonly host: string | null;
  /** The other machines whose agents are on the page. */
  readonly hosts: readonly UiHost[];
  readonly version: string;
  /** The process that keeps the fleet in line with its file; null if there is none. */
  readonly watch: { readonly pid: number | null; readonly isService: boolean } | null;
  /** ActiveState of the unit that owns the tmux server. */
  readonly holder: string;
  readonly notes: readonly string[];
  /** The reasons why the last observation failed. Empty if it succeeded. */
  readonly problems: readonly UiProblem[];
  /** The time of the last good observation, ms since the epoch; null before the first. */
  readonly seenAt: number | null;
}

/** The state that a page shows. */
export interface UiState {
  readonly fleet: UiFleet;
  readonly agents: readonly UiAgent[];
}

/** A row with only its changed fields. */
export type UiAgentPatch = Partial<UiAgent> & Pick<UiAgent, "name">;

/** The changes from one state to the next. */
export interface UiPatch {
  readonly fleet?: UiFleet;
  readonly agents: readonly UiAgentPatch[];
  /** The names of agents that are no longer there. */
  readonly gone: readonly string[];
}

/** The last lines on the screens of agents, in their colours. */
export type UiPictures = Readonly<Record<string, readonly PictureLine[]>>;

/** An agent whose screen has a text that somebody looks for. */
export interface UiFound {
  readonly agent: string;
  /** The last lines with it. */
  readonly lines: readonly string[];
}

/** The reason why nobody can type to an agent, or not any more. */
export type TypingEnd =
  | "only-shows"
  | "not-running"
  | "ended"
  | "restarted"
  | "input-off"
  /** tmux would take the keys: it is in copy mode, or gives them to other panes, too. */
  | "mode"
  | "synchronized"
  /** There was no key for ten minutes. */
  | "idle"
  /** A paste is longer than 1 MiB. */
  | "too-long"
  /** tmux does not answer, or the text cannot be pasted. */
  | "failed";

/** A message to the page. `rev` counts the states: after a gap, the page asks for a whole one. */
export type ToPage =
  | {
      readonly t: "state";
      readonly protocol: number;
      readonly rev: number;
      readonly state: UiState;
      /** True if the page may ask for changes. */
      readonly control: boolean;
    }
  | { readonly t: "planned"; readonly id: number; readonly planned: UiPlanned }
  /** Further results of a text; `isDone` with the last ones. */
  | { readonly t: "sent"; readonly id: number; readonly sent: UiSent; readonly isDone: boolean }
  /** Keys reach the agent from now on, or no more. */
  | { readonly t: "typing"; readonly agent: string; readonly on: boolean; readonly reason: TypingEnd | null }
  /** More output of a change that is carried out. */
  | { readonly t: "output"; readonly id: number; readonly text: string }
  /** The end of a change on all of its machines. */
  | { readonly t: "done"; readonly id: number; readonly ends: readonly UiEnd[] }
  | { readonly t: "patch"; readonly rev: number; readonly patch: UiPatch }
  | { readonly t: "pictures"; readonly pictures: UiPictures }
  /** The screens with a text, of those that were searched. */
  | {
      readonly t: "found";
      readonly id: number;
      readonly searched: number;
      readonly agents: readonly UiFound[];
    }
  | { readonly t: "terminal"; readonly channel: number; readonly terminal: UiTerminal }
  | { readonly t: "earlier"; readonly channel: number; readonly earlier: UiEarlier }
  | { readonly t: "beat" }
  /** The server ends. */
  | { readonly t: "bye" };

/** A message from the page. */
export type FromPage =
  /** The page is visible or hidden; the figures of the rows in `rows` are on the screen, and the screens of `wall`. */
  | {
      readonly t: "look";
      readonly visible: boolean;
      readonly rows: readonly string[];
      readonly wall: readonly string[];
    }
  /** The page has missed a state. */
  | { readonly t: "again" }
  /** Somebody looks for a text on the screens of all agents. `id` is the page's own. */
  | { readonly t: "find"; readonly id: number; readonly text: string }
  /** The page shows the terminal of an agent, on a channel of its choice. */
  | { readonly t: "open"; readonly channel: number; readonly agent: string }
  | { readonly t: "close"; readonly channel: number }
  /** Somebody reads the lines above the screen, so pictures would take them away. */
  | { readonly t: "reading"; readonly channel: number; readonly on: boolean }
  /** The page wants the rows of the history above `end`. */
  | { readonly t: "earlier"; readonly channel: number; readonly end: number }
  /** The page has drawn the next `bytes` bytes of a terminal. */
  | { readonly t: "ack"; readonly channel: number; readonly bytes: number }
  /** The page wants to see the plan of a change. `id` is the page's own. */
  | { readonly t: "plan"; readonly id: number; readonly change: UiChange }
  /** Somebody has seen the plan with this id, and agrees to it. */
  | { readonly t: "agree"; readonly id: number }
  /** Somebody begins or ends typing to an agent. */
  | { readonly t: "typing"; readonly agent: string; readonly on: boolean }
  /** Keys for an agent, as the terminal of the page has translated them. */
  | { readonly t: "keys"; readonly agent: string; readonly text: string }
  /** A text to be pasted, or a part of it: the agent gets it with the last one. */
  | {
      readonly t: "paste";
      readonly agent: string;
      readonly text: string;
      readonly more?: boolean | undefined;
    }
  /** A text for agents, as of `fleet send`; agents of other hosts are HOST/AGENT. */
  | { readonly t: "send"; readonly id: number; readonly agents: readonly string[]; readonly text: string };

/** The parts of the whole fleet read on demand. */
export const fleetTopics = ["plan", "history", "graph", "hosts"] as const;

/** One of these parts. */
export type FleetTopic = (typeof fleetTopics)[number];

/** The parts of an agent's page read on demand. */
export const agentTopics = ["why", "diff", "journal", "text", "events"] as const;

/** One of these parts. */
export type AgentTopic = (typeof agentTopics)[number];
