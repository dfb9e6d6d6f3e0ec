import { rmSync } from "node:fs";
import { otherPlan } from "../../../../report/ui/change-problems.ts";
import type { UiChange, UiPlanned } from "../../../../ui/changes/ui-change.ts";
import type { ChangeTarget } from "../child/change-targets.ts";
import type { PlannedChange } from "./read-plan.ts";

/** The part of a change on one machine, with the plan that a page has seen. */
export interface ProposedPart {
  readonly target: ChangeTarget;
  readonly planned: PlannedChange;
  /** The path of its saved plan, for an apply. */
  readonly path: string;
}

/** A change that a page has seen the plan of. */
export interface ProposedChange {
  readonly change: UiChange;
  readonly parts: readonly ProposedPart[];
}

/** The most proposals that are kept for a page. */
const most = 8;

/** Forgets the earlier proposal with an id, and the oldest ones of its page if there are too many. */
export function makeRoom(proposals: Map<number, ProposedChange>, id: number): void {
  for (const [old, proposal] of proposals) {
    if (proposals.size < most && old !== id) continue;
    proposals.delete(old);
    forget(proposal);
  }
}

/** Removes the saved plans of a proposal. */
export function forget({ parts }: Pick<ProposedChange, "parts">): void {
  for (const { path } of parts) rmSync(path, { force: true });
}

/** Returns the plans of all machines, for the page. */
export function plannedOf(parts: readonly ProposedPart[]): UiPlanned {
  const all = parts.map(({ planned }) => planned.planned);
  return { parts: all, canRun: all.some(({ canRun }) => canRun) };
}

/** Returns true if a plan is another one than before, on any machine. */
export function isOther(now: ProposedChange, before: ProposedChange): boolean {
  return now.parts.some(({ planned }, at) => planned.sameness !== before.parts[at]?.planned.sameness);
}

/** Returns a part with the problem that its plan is another one than before; the same part if it is not. */
export function withOtherPlan(part: ProposedPart, before: ProposedPart | undefined): ProposedPart {
  const { planned, sameness } = part.planned;
  if (sameness === before?.planned.sameness) return part;
  const problems = [otherPlan, ...planned.problems];
  return { ...part, planned: { sameness, planned: { ...planned, problems } } };
}
