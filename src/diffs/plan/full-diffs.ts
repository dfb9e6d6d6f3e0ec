import { dirname } from "node:path/posix";
import { inNaturalOrder } from "../../text/natural-order.ts";
import { sharedPaths, type Layout } from "../../desired/layout.ts";
import type { DesiredFile } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import type { RunningEdit } from "./running-edits.ts";
import type { Action, Plan } from "../../plan/types.ts";
import { editOf, wholeEdit } from "../file-edit.ts";
import type { FileEdit } from "../types.ts";
import { diffLines } from "../diff-lines.ts";

/** All changes of a plan in one file. */
export interface FileDiff {
  readonly path: string;
  readonly becomes: "written" | "changed" | "removed";
  /** See diffLines. */
  readonly diff: readonly string[];
}

/** The configuration of a waiting agent's run, next to its env file. */
export interface RunningDiff {
  readonly agent: string;
  readonly diff: readonly string[];
}

/** Returns each edit as lines of a diff. */
export function runningDiffs(edits: readonly RunningEdit[]): readonly RunningDiff[] {
  return edits.map(({ agent, edit }) => ({ agent, diff: diffLines(edit) }));
}

/**
 * Returns the diff of every file a plan writes or removes, in the order of their paths. No secret is
 * readable.
 */
export function fullDiffs(plan: Plan, observed: Observed, layout: Layout): readonly FileDiff[] {
  return fileEdits(plan, observed, layout).map((edit) => ({
    path: edit.path,
    becomes: edit.found.length === 0 ? "written" : edit.wanted.length === 0 ? "removed" : "changed",
    diff: diffLines(edit),
  }));
}

/** Returns every file a plan writes or removes, as it is and as it will be, in the order of their paths. */
function fileEdits({ actions }: Plan, { files }: Observed, layout: Layout): readonly FileEdit[] {
  const edits = actions.flatMap((action) => {
    const wanted = contentAfter(action);
    if (wanted === undefined) return [];
    const found = files.get(action.target);
    const before = found?.kind === "file" ? found.content : "";
    if (before === wanted) return [];
    const edit = before === "" || wanted === "" ? wholeEdit : editOf;
    return [edit(action.target, roleOf(action.target, layout), before, wanted)];
  });
  return inNaturalOrder(edits, ({ path }) => path);
}

function contentAfter(action: Action): string | undefined {
  if (action.kind === "write-file") return action.content;
  return action.kind === "remove-file" ? "" : undefined;
}

function roleOf(path: string, layout: Layout): DesiredFile["role"] {
  if (path.startsWith(`${layout.envDir}/`)) return path.endsWith(".env") ? "env" : "suspension";
  if (path === layout.holderPath) return "holder";
  if (path === layout.templatePath) return "template";
  if (dirname(path) === layout.unitDir) return "unit";
  return sharedPaths(layout).includes(path) ? "script" : "drop-in";
}
