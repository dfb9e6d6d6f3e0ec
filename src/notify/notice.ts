import type { Topic } from "../config/schema/notify.ts";
import type { WatchEvent } from "../events/watch-events.ts";

/** One piece of news for people who do not look at the watch. */
export interface Notice {
  readonly topic: Topic;
  /** Its agent; undefined if it is about the fleet. */
  readonly agent: string | undefined;
  /** The event it is about. */
  readonly event: WatchEvent;
  /** ms since the epoch. */
  readonly atMs: number;
}

/** The events so far, as far as the next notices depend on them. */
export interface NoticeState {
  /** Agents with a reported failure, until they run again. */
  readonly failed: ReadonlySet<string>;
  /** True while an apply is under way that nobody has asked for by an edit. */
  readonly isHealing: boolean;
}

export const noNotices: NoticeState = { failed: new Set(), isHealing: false };

/**
 * Returns the notice of an event, if it is news, with the state after it. A failing agent is news once, however often the
 * watch tries it again. Pure.
 */
export function noticeOf(
  state: NoticeState,
  event: WatchEvent,
  atMs: number,
): { readonly state: NoticeState; readonly notice: Notice | undefined } {
  const next = after(state, event);
  const topic = topicOf(state, event);
  if (topic === undefined) return { state: next, notice: undefined };
  return { state: next, notice: { topic, agent: agentIn(event), event, atMs } };
}

function after(state: NoticeState, event: WatchEvent): NoticeState {
  if (event.kind === "applying")
    return { ...state, isHealing: !event.causes.some((cause) => cause === "edit" || cause === "start") };
  if (event.kind === "failed") return { ...state, failed: new Set([...state.failed, event.agent]) };
  if (event.kind === "recovered" || event.kind === "completed")
    return { ...state, failed: new Set([...state.failed].filter((name) => name !== event.agent)) };
  return state;
}

/** The topic of each event; undefined for an event that is no news. */
const topicOfKind: Readonly<Record<WatchEvent["kind"], Topic | undefined>> = {
  failed: "failed",
  crashed: "crashed",
  recovered: "recovered",
  completed: "completed",
  waiting: "pending",
  blocked: "blocked",
  refused: "blocked",
  changed: "healed",
  "shared-changed": "healed",
  problem: "problem",
  "file-rejected": "problem",
  watching: undefined,
  edited: undefined,
  "file-accepted": undefined,
  "in-line": undefined,
  applying: undefined,
  applied: undefined,
  slow: undefined,
  held: undefined,
  note: undefined,
  "plan-note": undefined,
  polling: undefined,
  "polling-over": undefined,
  deviation: undefined,
  "problem-over": undefined,
  "notify-failed": undefined,
  "notify-works": undefined,
  activity: undefined,
  "hook-failed": undefined,
  paused: undefined,
  resumed: undefined,
  leaving: undefined,
  "source-placed": undefined,
  "source-refused": "problem",
  "source-works": undefined,
};

function topicOf({ failed, isHealing }: NoticeState, event: WatchEvent): Topic | undefined {
  if (event.kind === "failed" && failed.has(event.agent)) return undefined;
  // A start after a failure is a new try, and that failure was reported.
  if (event.kind === "changed" && event.changes.some(({ reason }) => reason === "failed")) return undefined;
  if (event.kind === "plan-note" && event.note.kind === "starts-held") return "problem";
  if (event.kind === "activity") return event.state;
  const topic = topicOfKind[event.kind];
  return topic === "healed" && !isHealing ? undefined : topic;
}

function agentIn(event: WatchEvent): string | undefined {
  if (event.kind === "waiting" || event.kind === "blocked") return event.plan.name;
  return "agent" in event ? event.agent : undefined;
}
