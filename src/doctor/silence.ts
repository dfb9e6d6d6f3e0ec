import type { Deviation } from "../plan/deviation.ts";
import type { Note } from "../plan/note.ts";
import { checkOfDeviation, noteKinds } from "./check-of.ts";
import type { CheckName } from "./finding.ts";

/** The remarks of a status below its table. */
interface Remarks {
  readonly lingering: boolean | undefined;
  readonly notes: readonly Note[];
  readonly deviations?: readonly Deviation[];
}

/** Returns the same without the remarks of ignored checks. A note of something broken stays. */
export function silence<Status extends Remarks>(status: Status, ignored: ReadonlySet<CheckName>): Status {
  const isHeard = ({ kind }: Note): boolean => {
    const [check, severity] = noteKinds[kind] ?? [];
    return check === undefined || severity === "broken" || !ignored.has(check);
  };
  return {
    ...status,
    lingering: ignored.has("lingering") ? undefined : status.lingering,
    notes: status.notes.filter(isHeard),
    ...(status.deviations === undefined
      ? {}
      : { deviations: status.deviations.filter((each) => !ignored.has(checkOfDeviation(each))) }),
  };
}
