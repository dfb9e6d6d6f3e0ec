import { waitsForEnd } from "../../plan/agent-plan.ts";
import type { WatchEvent } from "../../events/watch-events.ts";
import { joinAlike, nameless, rangesOf } from "../alike.ts";
import { plainColors } from "../terminal/colors.ts";
import { isJoinable, leastQuiet, withQuiet } from "../plan/agents/alike-waits.ts";
import { watchMessage } from "./watch-text.ts";

/** An event to show. With `isMany`, its name stands for many agents with the same event. */
export interface ShownEvent {
  readonly event: WatchEvent;
  readonly isMany: boolean;
}

/** Columns; any fixed number does, because the lines are only compared. */
const comparedWidth = 100;

/**
 * Joins events that read the same except for the agent, such as 30 agents started by a watch. An event with words of
 * its own stays alone. Pure.
 */
export function joinEvents(events: readonly WatchEvent[]): readonly ShownEvent[] {
  return joinAlike(events, agentOf, namelessText).map(({ first, all, names }) => ({
    event: names.length === 1 ? first : withAgent(joinedEvent(first, all), rangesOf(names)),
    isMany: names.length > 1,
  }));
}

/** Returns the agent of an event; empty for an event of the fleet. */
function agentOf(event: WatchEvent): string {
  if ("agent" in event) return event.agent;
  return event.kind === "waiting" || event.kind === "blocked" ? event.plan.name : "";
}

function withAgent(event: WatchEvent, agent: string): WatchEvent {
  if ("agent" in event) return { ...event, agent };
  if (event.kind === "waiting") return { ...event, plan: { ...event.plan, name: agent } };
  if (event.kind === "blocked") return { ...event, plan: { ...event.plan, name: agent } };
  return event;
}

/** Returns the first of some events that read the same, for all of them. */
function joinedEvent(first: WatchEvent, all: readonly WatchEvent[]): WatchEvent {
  if (first.kind !== "waiting") return first;
  const plans = all.flatMap((event) => (event.kind === "waiting" ? [event.plan] : []));
  return { ...first, plan: leastQuiet(first.plan, plans) };
}

/** Returns the words of an event without the name; undefined for an event with words of its own. */
function namelessText(event: WatchEvent): string | undefined {
  if (!mayBeJoined(event)) return undefined;
  const alike = event.kind === "waiting" ? { ...event, plan: withQuiet(event.plan, 0) } : event;
  const lines = watchMessage(withAgent(alike, nameless), plainColors, comparedWidth)?.lines ?? [];
  return [event.kind, ...lines].join("\n").replaceAll(agentOf(event), nameless);
}

/** Returns false for an event with work at stake, or with the name of its agent in a command. */
function mayBeJoined(event: WatchEvent): boolean {
  if (event.kind === "changed") return !event.wasStopped;
  if (event.kind === "waiting") {
    return isJoinable(event.plan) && (event.plan.hold === "busy" || !waitsForEnd(event.plan));
  }
  return event.kind !== "held" || event.why !== "attached";
}
