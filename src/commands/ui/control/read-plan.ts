import { noPlan } from "../../../report/ui/change-problems.ts";
import { uiProblem } from "../../../report/ui/fleet-rows.ts";
import type { CommandOutcome } from "../../../system/command.ts";
import { lastLine } from "../../../text/last-line.ts";
import type { UiPlanned } from "../../../ui/protocol.ts";
import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";

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
  const printed = outcome.kind === "exited" ? parsed(outcome.stdout) : undefined;
  const plan = planIn(printed);
  if (plan === undefined) {
    const errors = diagnosticsIn(printed).filter(({ severity }) => severity === "error");
    const words = "stderr" in outcome ? (lastLine(outcome.stderr) ?? "") : "";
    const code = outcome.kind === "exited" ? outcome.code : undefined;
    const problems = errors.length > 0 ? errors.map(uiProblem) : [noPlan(words, code)];
    return { planned: { plan: null, problems, canRun: false }, sameness: "" };
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

function diagnosticsIn(value: unknown): readonly Diagnostic[] {
  const isOne = typeof value === "object" && value !== null && "diagnostics" in value;
  return isOne && Array.isArray(value.diagnostics) ? (value.diagnostics as readonly Diagnostic[]) : [];
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
