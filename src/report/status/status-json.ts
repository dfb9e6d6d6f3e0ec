import { scheduleJson } from "../json/schedule-json.ts";
import type { Watcher } from "../../observe/watch/watcher.ts";
import type { Deviation } from "../../plan/deviation.ts";
import type { Note } from "../../plan/note.ts";
import { deviationJson, noteJson } from "../plan/reason-json.ts";
import { suspensionJson } from "../json/suspension-json.ts";
import { memoryEndJson } from "../json/memory-end-json.ts";
import { waitJson } from "../json/wait-json.ts";
import { valueJson } from "../json/value-json.ts";
import type { StatusRow } from "../table/table-row.ts";
import type { SourceTrouble } from "../../events/source-events.ts";
import type { ActivityJson, AgentStatusJson, StatusJson } from "./status-output.ts";

/** The unit that owns the tmux server. */
interface HolderStatus {
  readonly active: string;
  /** The tmux server's pid, if one listens. */
  readonly pid: number | undefined;
  /** The version of that server, such as `3.3a`; undefined if unknown. */
  readonly version?: string | undefined;
  readonly socket: string;
}

/** The Git source of the fleet file. */
export interface SourceStatus {
  /** The branch or tag, in full. */
  readonly ref: string;
  /** The commit in place; undefined for none. */
  readonly revision: string | undefined;
  readonly isPinned: boolean;
  /** The reason for not following the newest commit. */
  readonly trouble: SourceTrouble | undefined;
}

/** Everything that `fleet status` shows. */
export interface FleetStatus {
  readonly fleet: string;
  readonly holder: HolderStatus;
  readonly agents: readonly StatusRow[];
  /** The watch of the fleet; undefined if there is none. */
  readonly watcher: Watcher | undefined;
  /** Undefined for a fleet file that is not fetched. */
  readonly source?: SourceStatus | undefined;
  /** True if the fleet runs on after a logout; undefined if unknown. */
  readonly lingering: boolean | undefined;
  readonly notes: readonly Note[];
  /** Differences from the declaration that stay. */
  readonly deviations?: readonly Deviation[];
}

/** Returns the status as its documented JSON object: times in ISO 8601, unknown or missing values null. */
export function statusJson(status: FleetStatus): StatusJson {
  const { fleet, holder, agents, watcher, source, lingering, notes, deviations = [] } = status;
  return {
    formatVersion: "2.0",
    fleet,
    holder: { ...holder, pid: holder.pid ?? null, version: holder.version ?? null },
    agents: agents.map(agentJson),
    watch:
      watcher === undefined
        ? null
        : {
            ...watcher,
            pid: watcher.pid ?? null,
            version: watcher.version ?? null,
            unit: watcher.unit ?? null,
            missing: watcher.missing ?? null,
            polling: watcher.polling ?? null,
          },
    ...(source === undefined ? {} : { source: sourceJson(source) }),
    lingering: lingering ?? null,
    notes: notes.map(noteJson),
    deviations: deviations.map(deviationJson),
  } satisfies StatusJson & Readonly<Record<StatusKey, unknown>>;
}

/** The keys of a fleet: its fields under their own names, with one exception. A field without a key does not compile. */
type StatusKey = Exclude<keyof FleetStatus, "watcher" | "source"> | "watch" | "formatVersion";

/** The keys of an agent: its fields under their own names, with two exceptions. A field without a key does not compile. */
type AgentKey =
  | Exclude<
      keyof StatusRow,
      "isFrozen" | "kind" | "times" | "plan" | "processorMs" | "processorShare" | "lastLine"
    >
  | "frozen"
  | "suspended";

function sourceJson({ ref, revision, isPinned, trouble }: SourceStatus): NonNullable<StatusJson["source"]> {
  return { ref, revision: revision ?? null, isPinned, trouble: trouble?.why ?? null };
}

function agentJson(agent: StatusRow): AgentStatusJson {
  return {
    name: agent.name,
    ...(agent.kind === undefined ? {} : { kind: agent.kind }),
    ...(agent.times === undefined ? {} : { schedule: scheduleJson(agent.times) }),
    desired: agent.desired ?? null,
    labels: agent.labels ?? null,
    state: agent.state,
    unit: agent.unit,
    active: agent.active,
    sub: agent.sub,
    pid: agent.pid ?? null,
    since: agent.since === undefined ? null : new Date(agent.since).toISOString(),
    restarts: agent.restarts,
    exitStatus: agent.exitStatus ?? null,
    killedAfterMs: agent.killedAfterMs ?? null,
    memoryEnd: agent.memoryEnd === undefined ? null : memoryEndJson(agent.memoryEnd),
    wait: agent.wait === undefined ? null : waitJson(agent.wait),
    frozen: agent.isFrozen,
    attached: agent.attached,
    viewers: agent.viewers,
    idleSeconds: agent.idleSeconds ?? null,
    windows: (agent.windows ?? []).map(({ name, state, pid, exitStatus }) => ({
      name,
      state,
      pid: pid ?? null,
      exitStatus: exitStatus ?? null,
    })),
    activity: activityJson(agent),
    memoryBytes: agent.memoryBytes ?? null,
    log:
      agent.log === undefined
        ? null
        : { path: agent.log.path, bytes: agent.log.bytes, written: agent.log.isWritten },
    pending: agent.pending ?? null,
    values: (agent.values ?? []).map(valueJson),
    suspended: agent.plan?.suspended === undefined ? null : suspensionJson(agent.plan.suspended),
  } satisfies AgentStatusJson & Readonly<Record<AgentKey, unknown>>;
}

/** Returns the activity of an agent; null if it does not run, and unknown if nothing tells it. */
function activityJson({ activity, state }: StatusRow): ActivityJson | null {
  if (activity === undefined) {
    return state === "running" ? { state: "unknown", reason: null, since: null, source: null } : null;
  }
  return {
    state: activity.state,
    reason: activity.reason ?? null,
    since: new Date(activity.sinceMs).toISOString(),
    source: activity.source,
  };
}
