import { explainFallen } from "../../apply/verify/explain-fallen.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { maskText } from "../../secrets/mask.ts";
import type { Exec } from "../../system/exec.ts";
import type { HeldPlan } from "./plan-with-holds.ts";
import type { WatchEvent } from "../../events/watch-events.ts";

/** Adds the last output of failed agents to the events. */
export async function withFailureOutput(
  events: readonly WatchEvent[],
  { desired, observed }: HeldPlan,
  exec: Exec,
): Promise<readonly WatchEvent[]> {
  const view = agentViews(observed, desired.layout);
  const fallen = events.flatMap((event) =>
    event.kind === "failed" || event.kind === "crashed" ? [view(event.agent)] : [],
  );
  if (fallen.length === 0) return events;
  const explained = await explainFallen(fallen, { layout: desired.layout, exec });
  const byName = new Map(explained.map((each) => [each.name, each]));
  return events.map((event) => {
    if (event.kind !== "failed" && event.kind !== "crashed") return event;
    const { lines = [], exitStatus = event.exitStatus } = byName.get(event.agent) ?? {};
    // This is kept, so it must not contain secrets, by name or look.
    return { ...event, lines: lines.map((line) => maskText(line, "rest")), exitStatus };
  });
}
