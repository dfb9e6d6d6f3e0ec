import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import { fileEdits } from "./file-edits.ts";
import type { RunningEdit } from "./running-edits.ts";
import type { Plan } from "../../plan/types.ts";
import { diffLines } from "../diff-lines.ts";

/** All that a plan would change in one file. */
export interface FileDiff {
  readonly path: string;
  readonly becomes: "written" | "changed" | "removed";
  /** See diffLines. */
  readonly diff: readonly string[];
}

/** What a waiting agent runs with, beside its env file. */
export interface RunningDiff {
  readonly agent: string;
  readonly diff: readonly string[];
}

/** Returns each edit as lines of a diff. */
export function runningDiffs(edits: readonly RunningEdit[]): readonly RunningDiff[] {
  return edits.map(({ agent, edit }) => ({ agent, diff: diffLines(edit) }));
}

/** The diff of every file that a plan writes or removes, in the order of their paths. No secret is readable. */
export function fullDiffs(plan: Plan, observed: Observed, layout: Layout): readonly FileDiff[] {
  return fileEdits(plan, observed, layout).map((edit) => ({
    path: edit.path,
    becomes: edit.found.length === 0 ? "written" : edit.wanted.length === 0 ? "removed" : "changed",
    diff: diffLines(edit),
  }));
}
