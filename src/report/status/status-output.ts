import type { MemoryEndJson } from "../json/memory-end-json.ts";
import type { WaitJson } from "../json/wait-json.ts";
import type { ActivitySource, ActivityState } from "../../activity/activity.ts";
import type { Polling } from "../../observed/polling.ts";
import type { Watcher } from "../../observe/watch/watcher.ts";
import type { AgentState } from "../../plan/explain/status.ts";
import type { Reason } from "../../plan/change.ts";
import type { DeviationJson, NoteJson, Problems } from "../json/shared-output.ts";
import type { ValueJson } from "../json/value-json.ts";
import type { SuspensionJson } from "../json/suspension-json.ts";

/** The state of a fleet. */
export interface StatusJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet. */
  readonly fleet: string;
  /** The unit that owns the tmux server. */
  readonly holder: {
    /** ActiveState of the unit. */
    readonly active: string;
    /** The process id of the tmux server; null if none listens. */
    readonly pid: number | null;
    /** The version of the tmux server, such as `3.3a`; null if none listens. */
    readonly version: string | null;
    /** The name of the tmux socket. */
    readonly socket: string;
  };
  /** All declared or observed agents, or the selected ones, in the natural order of their names: coder-2 before coder-10. */
  readonly agents: readonly AgentStatusJson[];
  /** The watch of the fleet; null if there is none. */
  readonly watch: WatcherJson | null;
  /** The Git source of a fetched fleet file, see source.schema.json. */
  readonly source?: {
    readonly ref: string;
    readonly revision: string | null;
    readonly isPinned: boolean;
    /** The word for why the newest commit is not followed. */
    readonly trouble: string | null;
  };
  /** True if the fleet runs on after a logout; null if unknown. */
  readonly lingering: boolean | null;
  readonly notes: readonly NoteJson[];
  /** Differences from fleet.yaml that apply leaves as they are. */
  readonly deviations: readonly DeviationJson[];
}

/** The activity of an agent's program. */
export interface ActivityJson {
  readonly state: ActivityState;
  /** Its question or the end of its limit, in its own words. */
  readonly reason: string | null;
  /** The time since when, in ISO 8601; null if nothing tells. */
  readonly since: string | null;
  /** The evidence. */
  readonly source: ActivitySource | null;
}

/** The state of one agent. */
export interface AgentStatusJson {
  readonly name: string;
  /** Only of an entry of `services`. */
  readonly kind?: "service" | undefined;
  /** Only with a schedule: its next and its last run, in ISO 8601; null if there is none. */
  readonly schedule?: { readonly next: string | null; readonly last: string | null } | undefined;
  /** Its declared state; null for an undeclared agent. */
  readonly desired: "running" | "stopped" | null;
  /** Its labels in fleet.yaml; null for an undeclared agent. */
  readonly labels: Readonly<Record<string, string>> | null;
  readonly state: AgentState;
  readonly unit: string;
  /** ActiveState of the unit. */
  readonly active: string;
  /** SubState of the unit. */
  readonly sub: string;
  /** The process in its pane, or the main process of a service; null if there is none. */
  readonly pid: number | null;
  /** The time since when it runs, or has been completed, in ISO 8601. */
  readonly since: string | null;
  /** Number of automatic restarts after failures. */
  readonly restarts: number;
  /** The exit status of its last run; null while it runs, or if it is unknown. */
  readonly exitStatus: number | null;
  /** The time from a stop to the kill, ms; null if it ended by itself. */
  readonly killedAfterMs: number | null;
  /** The end of its last run, if memory ran out; else null. A deliberate start forgets it. */
  readonly memoryEnd: MemoryEndJson | null;
  /** The step systemd waits for, or the missed time to be ready; null if there is none. */
  readonly wait: WaitJson | null;
  /** True if its program was stopped by a signal, and does nothing until SIGCONT. */
  readonly frozen: boolean;
  /** Number of people: clients with a keyboard. */
  readonly attached: number;
  /** Other clients: read-only ones, and programs in control mode. */
  readonly viewers: number;
  /** Time since its last output, seconds. */
  readonly idleSeconds: number | null;
  /** The declared windows and panes next to it. */
  readonly windows: readonly SideJson[];
  /** The activity of its program; null for an agent that does not run. */
  readonly activity: ActivityJson | null;
  readonly memoryBytes: number | null;
  /** Its log in files; null for an agent without one. */
  readonly log: LogJson | null;
  /** The reason of apply to touch it, or of its wait; null if it is as declared. */
  readonly pending: Reason | null;
  /** The running values to be replaced by a waiting change; secrets are masked. */
  readonly values: readonly ValueJson[];
  /** The request to leave it alone. */
  readonly suspended: SuspensionJson | null;
}

/** A declared pane next to an agent. */
interface SideJson {
  /** The name of its window, with a number if the window has several panes. */
  readonly name: string;
  readonly state: "running" | "ended" | "missing";
  /** The process in the pane; null if there is none. */
  readonly pid: number | null;
  /** The exit status of an ended command; null if it is unknown. */
  readonly exitStatus: number | null;
}

/** The files of an agent's log. */
interface LogJson {
  /** The newest file, which may not exist yet. The older ones are next to it: output.log.1 and so on. */
  readonly path: string;
  /** The size of all files. */
  readonly bytes: number;
  /** True if a process writes it now. */
  readonly written: boolean;
}

/** The process or service that keeps a fleet in line with its file. */
interface WatcherJson extends Pick<Watcher, "isService"> {
  /** Null if no process watches now. */
  readonly pid: number | null;
  /** The version of the process; null for a version before 0.1.0. */
  readonly version: string | null;
  /** The installed unit. */
  readonly unit: string | null;
  /** The missing program of the unit, which cannot start without it. */
  readonly missing: string | null;
  /** The polled folders, because the kernel does not report their changes. */
  readonly polling: Polling | null;
}

/**
 * The output of `fleet status --json`; npm run schema writes status.schema.json from it.
 * @public
 */
export type StatusDocument = StatusJson | Problems;
