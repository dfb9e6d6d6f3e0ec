import type { WatchEvent } from "../events/watch-events.ts";
import type { SeriesMaker } from "./series.ts";

/** The events that count, and their effects. */
type Counting = {
  readonly [Kind in WatchEvent["kind"]]?: (event: Extract<WatchEvent, { readonly kind: Kind }>) => void;
};

/** Returns a counter of the events of a watch. */
export function createEventCounts({ gauge, counter }: SeriesMaker): (event: WatchEvent) => void {
  const paused = gauge("watch_paused", "1 while the watch is paused.");
  const valid = gauge("file_valid", "0 while fleet.yaml is rejected, and an earlier text is in force.");
  const applies = counter("applies_total", "Applies of the watch.", "result");
  const changes = counter("agent_changes_total", "Agents that the watch has changed, by action.", "action");
  const crashes = counter("agent_crashes_total", "Ends with a failure.", "agent");
  const problems = counter("problems_total", "Problems that the watch has reported.");
  const refusals = counter("refusals_total", "Plans or parts of plans that a guard has refused.");
  valid.set(1);
  paused.set(0);

  const counting: Counting = {
    edited: () => valid.set(1),
    "file-accepted": () => valid.set(1),
    "file-rejected": () => valid.set(0),
    applied: ({ failed, skipped }) => applies.inc({ result: failed + skipped > 0 ? "failed" : "done" }),
    changed: ({ action }) => changes.inc({ action }),
    crashed: ({ agent }) => crashes.inc({ agent }),
    failed: ({ agent }) => crashes.inc({ agent }),
    problem: () => problems.inc(),
    refused: () => refusals.inc(),
    paused: () => paused.set(1),
    resumed: () => paused.set(0),
  };
  return (event) => (counting[event.kind] as ((event: WatchEvent) => void) | undefined)?.(event);
}
