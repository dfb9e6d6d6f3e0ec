import { undoneActions, type ApplyOutcome } from "../../events/apply-events.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { Action, Plan } from "../../plan/types.ts";
import type { Request } from "../../system/signals.ts";
import { howToGoOn } from "./apply-text.ts";
import { count } from "../../text/counting.ts";

/** Returns the effect of a signal, for its sender. `underWay` holds the actions of the moment. */
export function signalLine(request: Request, signal: string, underWay: readonly Action[]): string {
  switch (request) {
    case "go-on":
      return `${signal}: the terminal is gone, and the run continues to its end.`;
    case "now":
      return `${signal} again: stopping at once.`;
    case "soon":
      return underWay.length === 0
        ? `${signal}: no further action begins.`
        : `${signal}: waiting for the action under way (${workPhrase(underWay)}), then ending. Once more stops at once.`;
  }
}

/** Returns counts such as `stop 3, write-file 1`. */
function workPhrase(actions: readonly Action[]): string {
  const kinds = new Map<string, number>();
  for (const { kind } of actions) kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  return [...kinds].map(([kind, number]) => `${kind} ${number}`).join(", ");
}

/** Returns the reason why the machine could not be observed after an apply. */
export function notVerified(why: readonly Diagnostic[]): readonly Diagnostic[] {
  const problem: Diagnostic = {
    severity: "error",
    code: "not-verified",
    summary: "it is unknown whether the agents run",
    detail: "The changes stay; only the observation after them failed.",
    hint: wording`observe again with \`${fleetCommand("status")}\``,
  };
  // The rest of its words is for an observation before anything is done.
  return [
    problem,
    ...why.map((each) => (each.code === "command-timeout" ? { ...each, detail: undefined } : each)),
  ];
}

/** Returns a problem if a plan was not executed as a whole, or not verified because of a signal. */
export function cutShort(plan: Plan, outcome: ApplyOutcome): Diagnostic | undefined {
  const { done, interruptedBy } = outcome;
  if (undoneActions(outcome).length === 0 && interruptedBy === undefined) return undefined;
  const how = `${done.length} of ${count(plan.actions.length, "action")} done`;
  return {
    severity: "error",
    code: interruptedBy === undefined ? "incomplete" : "interrupted",
    summary: interruptedBy === undefined ? `incomplete: ${how}` : `interrupted by ${interruptedBy}: ${how}`,
    hint: howToGoOn(outcome),
  };
}
