import type { WatchView } from "../events/watch-events.ts";
import { agentStatuses } from "../plan/explain/status.ts";
import type { LoopState } from "./loop/loop.ts";
import type { HeldPlan } from "./reconcile/plan-with-holds.ts";

/** Returns the view of a watch that has not seen its fleet yet. */
export function emptyView(file: string): WatchView {
  return { fleet: undefined, file, state: "looking", agents: [], seenMs: 0, nextLookMs: undefined };
}

/** Returns the view after a look at the machine. */
export function seenView(view: WatchView, { desired, observed, whole }: HeldPlan): WatchView {
  const agents = agentStatuses(desired, observed, whole);
  return { ...view, fleet: desired.layout.fleet, agents, seenMs: observed.now };
}

/** Returns the view in another state of the watch. */
export function viewIn(view: WatchView, state: LoopState["kind"], nextLookMs: number | undefined): WatchView {
  return { ...view, state, nextLookMs };
}
