import type { CommandOutcome } from "../../../system/command.ts";
import type { UiPlanned } from "../../../ui/protocol.ts";
import { printedJson, problemsIn } from "./printed-json.ts";

/** The JSON of a plan, as far as this server needs it. */
interface ReadPlan {
  readonly actions: readonly { readonly id: string; readonly reason?: string }[];
  readonly refusals: readonly unknown[];
  readonly hindrance?: unknown;
}

/** A plan, with a text that another plan has only if it does the same. */
export interface PlannedChange {
  readonly planned: UiPlanned;
  readonly sameness: string;
}

/**
 * Returns the plan that a command has printed as JSON: `fleet plan`, or a changing command without a consent, whose object
 * contains the plan.
 */
export function readPlan(outcome: CommandOutcome): PlannedChange {
  const printed = printedJson(outcome);
  const plan = planIn(printed);
  if (plan === undefined) {
    return { planned: { plan: null, problems: problemsIn(printed, outcome), canRun: false }, sameness: "" };
  }
  const canRun = plan.actions.length > 0 && plan.refusals.length === 0 && plan.hindrance === undefined;
  return {
    planned: { plan, problems: [], canRun },
    sameness: JSON.stringify(plan.actions.map(({ id, reason }) => [id, reason])),
  };
}

function planIn(value: unknown): ReadPlan | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const plan = "plan" in value ? value.plan : value;
  const isPlan = typeof plan === "object" && plan !== null && "actions" in plan && "refusals" in plan;
  return isPlan ? (plan as ReadPlan) : undefined;
}
