import type { Deviation } from "../plan/deviation.ts";
import type { Note } from "../plan/note.ts";
import { checkOfDeviation, noteKinds } from "./check-of.ts";
import type { CheckName } from "./finding.ts";

/** The remarks of a status below its table. */
interface Remarks {
  readonly holder: { readonly version?: string | undefined };
  readonly lingering: boolean | undefined;
  readonly notes: readonly Note[];
  readonly deviations?: readonly Deviation[];
}

/** Returns the same without the remarks of ignored checks. A note of something broken stays. */
export function silence<Status extends Remarks>(status: Status, ignored: ReadonlySet<CheckName>): Status {
  return {
    ...status,
    holder: ignored.has("tmux") ? { ...status.holder, version: undefined } : status.holder,
    lingering: ignored.has("lingering") ? undefined : status.lingering,
    notes: heardNotes(status.notes, ignored),
    ...(status.deviations === undefined
      ? {}
      : { deviations: status.deviations.filter((each) => !ignored.has(checkOfDeviation(each))) }),
  };
}

/** The remarks of a plan below its changes. */
interface PlanRemarks {
  readonly notes: readonly Note[];
  readonly deviations?: readonly Deviation[] | undefined;
}

/**
 * Returns the same plan without the remarks of ignored checks, for people. Overridden settings stay, because the summary
 * and the exit code count them.
 */
export function silencePlan<Plan extends PlanRemarks>(plan: Plan, ignored: ReadonlySet<CheckName>): Plan {
  const isHeard = (each: Deviation): boolean =>
    each.kind !== "not-enforced" || !ignored.has(checkOfDeviation(each));
  return {
    ...plan,
    notes: heardNotes(plan.notes, ignored),
    ...(plan.deviations === undefined ? {} : { deviations: plan.deviations.filter(isHeard) }),
  };
}

function heardNotes(notes: readonly Note[], ignored: ReadonlySet<CheckName>): readonly Note[] {
  return notes.filter(({ kind }) => {
    const [check, severity] = noteKinds[kind] ?? [];
    return check === undefined || severity === "broken" || !ignored.has(check);
  });
}
