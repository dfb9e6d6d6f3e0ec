import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { firstArgumentAt } from "../../../hosts/command-words.ts";
import { hostsOutsideRevision } from "../../../report/history/rollback-text.ts";
import { revisionIn } from "../../history/revision-argument.ts";
import { revisionAt, showEdits, type RevisionAt } from "../../history/with-revision.ts";
import type { Context } from "../../shared/context.ts";
import type { PlanFlags } from "../../shared/flags.ts";

/** A plan on hosts: for fleet.yaml as it is, or as it was. */
interface AskedPlan {
  readonly context: Context;
  readonly words: readonly string[];
}

/**
 * Returns the plan that a command line asks for: with the texts of the revision in `--rev`, or in the first word of `fleet
 * diff`. Shows how the files differ. Without a revision, returns the same.
 */
export async function inRevision(context: Context, words: readonly string[]): Promise<Result<AskedPlan>> {
  const { rev: given } = context.flags as PlanFlags;
  const at = firstArgumentAt(words);
  const isArgument = words[0] === "diff" && given === undefined && at !== -1;
  const { rev } = isArgument ? await revisionIn(words.slice(at, at + 1), undefined, context) : { rev: given };
  if (rev === undefined) return ok({ context, words });
  const found = await revisionAt(context, rev, true);
  if (!found.ok) return found;
  showRevision(found.value);
  return ok({ context: found.value.context, words: isArgument ? words.toSpliced(at, 1) : words });
}

/** Shows how the files differ in a revision, and which hosts it does not have. */
export function showRevision(at: RevisionAt): void {
  showEdits(at);
  const { withoutHost, revision, context } = at;
  if (withoutHost.length > 0) context.output.remark(hostsOutsideRevision(revision.name, withoutHost));
}
