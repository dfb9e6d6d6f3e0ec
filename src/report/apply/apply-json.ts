import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { AgentFailure } from "../../events/apply-events.ts";
import type { Plan } from "../../plan/types.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { planJson } from "../plan/plan-json.ts";

/**
 * Returns the result of an apply as one JSON object: the plan, the outcome of its actions, and the agents that do not run.
 * `unknown` is the part of `failed` with an unknown effect; `interruptedBy` is the name of a signal or null.
 */
export function applyJson(
  plan: Plan,
  outcome: ApplyOutcome,
  failures: readonly AgentFailure[],
  problems: readonly Diagnostic[],
  verified = true,
): unknown {
  const ids = (actions: ApplyOutcome["done"]): readonly string[] => actions.map(({ id }) => id);
  return {
    formatVersion: "2.0",
    plan: planJson(plan),
    done: ids(outcome.done),
    failed: ids(outcome.failed),
    unknown: ids(outcome.unknown ?? []),
    skipped: ids(outcome.skipped),
    interruptedBy: outcome.interruptedBy ?? null,
    verified,
    agentsFailed: failures,
    agentsKilled: outcome.killed ?? [],
    diagnostics: problems.map(diagnosticToJson),
  };
}
