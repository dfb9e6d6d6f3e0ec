import { runtimeOfGroup } from "../../desired/pace.ts";
import type { GroupHalt, UnitWait } from "../../observed/types.ts";

/** A wait of systemd for an agent. */
export interface WaitJson {
  /**
   * stop: for the end of an agent asked to end. ready: until it is ready. unready: over, and it was not ready. turn:
   * for its turn to start. limit: for the end of a limit of its account. dependency: for agents it depends on.
   */
  readonly kind: "stop" | "ready" | "unready" | "turn" | "limit" | "dependency";
  /** In ISO 8601. */
  readonly since: string;
  /** The longest wait, ms; 0 if there is none. */
  readonly limitMs: number;
  /**
   * The sent text or keys; the groups of its turn; the end of the limit in seconds since the
   * epoch; the agents it depends on; empty for the other kinds.
   */
  readonly words: string;
  /** The question on the screen of an agent that is not ready; null if there is none. */
  readonly asks: string | null;
  /** The reason why no agent of its group starts; null if there is none. */
  readonly held: HeldJson | null;
}

/** Agents of one group that ended alike as soon as they had started. */
interface HeldJson {
  /** The runtime of the group; null for that of all agents. */
  readonly runtime: string | null;
  /** Number of agents in a row. */
  readonly agents: number;
  /** Null if their starts failed. */
  readonly exitStatus: number | null;
  /** The time of the next try, in ISO 8601. */
  readonly until: string;
}

/** Returns a wait as its documented JSON object. */
export function waitJson({ kind, sinceMs, limitMs, words, asks, halt }: UnitWait): WaitJson {
  return {
    kind,
    since: new Date(sinceMs).toISOString(),
    limitMs,
    words,
    asks: asks ?? null,
    held: halt === undefined ? null : heldJson(halt),
  };
}

function heldJson({ group, count, exitStatus, untilMs }: GroupHalt): HeldJson {
  const until = new Date(untilMs).toISOString();
  return { runtime: runtimeOfGroup(group) ?? null, agents: count, exitStatus: exitStatus ?? null, until };
}
