import { readMark, withoutPolicy, type FileMark } from "../../desired/marks/file-mark.ts";
import { defaultPolicy, isCoveredBy } from "../../desired/marks/policy.ts";
import type { DesiredFile } from "../../desired/types.ts";

/**
 * Returns true if an agent's file needs no write. Env files of a version before 0.1.0 record no policy. Such
 * a file counts as the default policy, and is written for the policy alone only if fleet.yaml protects the
 * agent more than that: so an upgrade leaves the agents' files alone.
 */
export function isAsWanted(wanted: DesiredFile, content: string): boolean {
  if (content === wanted.content) return true;
  if (wanted.role !== "env" || content !== withoutPolicy(wanted.content)) return false;
  return isCoveredBy(readMark(wanted.content)?.policy ?? defaultPolicy, defaultPolicy);
}

/** Returns the fields of fleet.yaml in which two marks differ: `protect`, `onChange`, `idleAfter`. */
export function changedMarkFields(before: string, after: string): readonly string[] {
  const [old, wanted] = [fieldsIn(readMark(before)), fieldsIn(readMark(after))];
  return markFields.filter((field) => old[field] !== wanted[field]);
}

/** Fields of fleet.yaml in marks alone. */
export const markFields = ["onChange", "idleAfter", "protect"] as const;

function fieldsIn(mark: FileMark | undefined): Readonly<Record<(typeof markFields)[number], unknown>> {
  const { onChange, idleAfterMs } = mark?.policy ?? defaultPolicy;
  return { onChange, idleAfter: idleAfterMs, protect: mark?.protect ?? false };
}
