import type { ApplyOutcome, AgentFailure } from "../../events/apply-events.ts";
import type { Plan } from "../../plan/types.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { planJson } from "../plan/plan-json.ts";
import type { ApplyJson } from "./apply-output.ts";

/** Returns the result of a run as its documented JSON object. */
export function applyJson(
  plan: Plan,
  outcome: ApplyOutcome,
  failures: readonly AgentFailure[],
  problems: readonly Diagnostic[],
  verified = true,
): ApplyJson {
  const ids = (actions: ApplyOutcome["done"]): readonly string[] => actions.map(({ id }) => id);
  return {
    formatVersion: "2.0",
    plan: planJson(plan),
    done: ids(outcome.done),
    failed: ids(outcome.failed),
    unknown: ids(outcome.unknown ?? []),
    queued: ids(outcome.queued ?? []),
    skipped: ids(outcome.skipped),
    stayed: [...(outcome.stayed ?? [])].map(([{ id, agent = "" }, stay]) => ({
      id,
      agent,
      why: stay.why,
      behind: stay.why === "failed" ? stay.behind : [],
    })),
    interruptedBy: outcome.interruptedBy ?? null,
    verified,
    agentsFailed: failures,
    agentsKilled: outcome.killed ?? [],
    diagnostics: problems.map(diagnosticToJson),
  };
}
