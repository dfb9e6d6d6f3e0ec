import type { Change } from "../../plan/change.ts";
import type { Plan } from "../../plan/types.ts";

/** Adds the diff of each edited file to a plan. Loads the diff code only if there is any. */
export async function attachDiffs(plan: Plan): Promise<Plan> {
  const all = [...plan.shared, ...plan.agents.flatMap(({ changes }) => changes)];
  if (all.every(({ edit }) => edit === undefined)) return plan;
  const { diffLines } = await import("../diff-lines.ts");
  const withDiff = <T extends Change>(change: T): T =>
    change.edit === undefined ? change : { ...change, diff: diffLines(change.edit) };
  return {
    ...plan,
    shared: plan.shared.map(withDiff),
    agents: plan.agents.map((agent) => ({ ...agent, changes: agent.changes.map(withDiff) })),
  };
}
