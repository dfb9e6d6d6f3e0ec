import { summarize } from "../summary.ts";
import type { Plan } from "../types.ts";
import type { SavedPlan } from "./saved-plan.ts";
import type { Match } from "./match-saved.ts";

/** Returns the actions of a plan with these ids, and their agents and files. */
export function restrictPlan(plan: Plan, ids: Match["agreed"]): Plan {
  const actions = plan.actions.filter(({ id }) => ids.has(id));
  const owners = new Set(actions.map(({ agent }) => agent));
  const targets = new Set(actions.map(({ target }) => target));
  const agents = plan.agents.filter(({ name }) => owners.has(name));
  const shared = plan.shared.filter(({ path }) => targets.has(path));
  return { ...plan, actions, agents, shared, summary: summarize(agents, actions) };
}

/** Returns true if nothing is due any more for whatever the plan was about: neither its actions nor others. */
export function isAlreadyApplied(saved: SavedPlan, { actions, agents }: Plan): boolean {
  return saved.actions.length > 0 && actions.length === 0 && agents.every(({ action }) => action === "none");
}
