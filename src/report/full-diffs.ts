import type { Layout } from "../desired/layout.ts";
import type { Observed } from "../observe/types.ts";
import { fileDiffs } from "../plan/file-diffs.ts";
import type { Plan } from "../plan/types.ts";
import { diffLines } from "./file-diff.ts";

/** All that a plan would change in one file. */
export interface FileDiff {
  readonly path: string;
  readonly becomes: "written" | "changed" | "removed";
  /** See diffLines. */
  readonly diff: readonly string[];
}

/** The diff of every file that a plan writes or removes, in the order of their paths. No secret is readable. */
export function fullDiffs(plan: Plan, observed: Observed, layout: Layout): readonly FileDiff[] {
  return fileDiffs(plan, observed, layout).map((edit) => ({
    path: edit.path,
    becomes: edit.found.length === 0 ? "written" : edit.wanted.length === 0 ? "removed" : "changed",
    diff: diffLines(edit),
  }));
}
