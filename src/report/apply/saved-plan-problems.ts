import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../../diagnostics/wording.ts";
import type { Refusal } from "../../plan/allowances.ts";
import type { Match } from "../../plan/saved/match-saved.ts";
import type { SavedPlan } from "../../plan/saved/saved-plan.ts";
import { refusalText } from "../plan/refusal-text.ts";
import { newPlanHint } from "../../hosts/hosts-plan.ts";

/** Refuses flags and names with which a saved plan would be another one. */
export function pointlessFlags(path: string, given: readonly string[]): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${path} is a saved plan, which contains its own options`,
    hint: `give that to fleet plan instead: ${given.join(", ")}`,
  };
}

/** Refuses a choice of hosts for a plan that has none. */
export function planOfOneMachine(path: string): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${path} is the saved plan of one machine`,
    hint: "leave out --host; a plan of hosts is saved by fleet plan --host HOSTS --out FILE",
  };
}

/** Tells that a host of a saved plan is no host of the fleet any more. */
export function undeclaredHost(path: string): Diagnostic {
  return {
    severity: "error",
    code: "stale-plan",
    summary: `${path} is stale: fleet.yaml has no such host any more`,
    detail: "Nothing was changed there.",
    hint: newPlanHint,
  };
}

/** Refuses a choice without any host of a saved plan. */
export function noHostOfPlan(path: string, hosts: readonly string[]): Diagnostic {
  return {
    severity: "error",
    code: "bad-usage",
    summary: `${path} has none of these hosts`,
    hint: `its hosts are ${hosts.join(", ")}`,
  };
}

/** Returns the line about a saved plan of hosts without changes. */
export function nothingPlanned(path: string): string {
  return `No changes: ${path} has nothing to do on these hosts.`;
}

/** Explains how to renew the plan for those of its agents that are not stale. */
export function staleAgents(moved: Match["moved"], { actions }: SavedPlan, path: string): Diagnostic {
  const problem = stalePlan(moved, path);
  const spoilt = new Set(moved.map(({ agent }) => agent));
  const others = [...new Set(actions.map(({ agent }) => agent))].filter((agent) => !spoilt.has(agent));
  const names = others.filter((agent) => agent !== undefined);
  if (spoilt.has(undefined) || names.length === 0 || names.length > mostMoved) return problem;
  return {
    ...problem,
    hint: wording`${problem.hint ?? ""}; for the others alone: ${fleetCommand("plan")} ${names.join(" ")} --out FILE`,
  };
}

/** Returns the refusal of a guard. A guard that refuses a plan also refuses its saved form. */
export function refusalProblem(refusal: Refusal): Diagnostic {
  return {
    severity: "error",
    code: "blocked",
    summary: `refused: ${refusalText(refusal)}`,
    detail: "Nothing was changed.",
    hint: wording`if that is meant: ${fleetCommand("plan")} ${refusal.flag} --out FILE`,
  };
}

/** Says that nothing is left to do of a saved plan. */
export function nothingLeft(path: string): Diagnostic {
  return {
    severity: "error",
    code: "stale-plan",
    summary: `${path} has nothing left to do`,
    detail:
      "It was applied already, or its changes were made or taken back since by other means. Nothing was changed.",
    hint: wording`a saved plan is done once: make a new one with ${fleetCommand("plan")} --out FILE`,
  };
}

/** Limit for the changed preconditions in a message. */
const mostMoved = 10;

/** A reason for which a saved plan does not fit any more. */
type Staleness =
  | Match["moved"][number]
  | { readonly kind: "other-fleet"; readonly declared: string; readonly planned: string };

/** Says which preconditions of a saved plan have changed. */
export function stalePlan(moved: readonly Staleness[], path: string): Diagnostic {
  const left = moved.length - mostMoved;
  return {
    severity: "error",
    code: "stale-plan",
    summary: `${path} is stale: the machine has changed since the plan was made`,
    detail: [...moved.slice(0, mostMoved).map(stalenessText), ...(left > 0 ? [`and ${left} more`] : [])].join(
      "\n",
    ),
    hint: wording`check the changes, and make a new plan: ${fleetCommand("plan")} --out FILE`,
  };
}

function stalenessText(stale: Staleness): string {
  switch (stale.kind) {
    case "precondition":
      return `${stale.id}: ${stale.name}: ${stale.before ?? "none"} then, ${stale.now ?? "none"} now`;
    case "not-due":
      return `${stale.id}: no longer needed`;
    case "other-fleet":
      return `fleet.yaml is of fleet ${stale.declared}, the plan of ${stale.planned}`;
  }
}
