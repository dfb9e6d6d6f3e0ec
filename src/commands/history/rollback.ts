import { relative } from "node:path";
import { gitRevision } from "../../observe/files/git-revision.ts";
import { commitHint, rolledBack } from "../../report/history/rollback-text.ts";
import { readHistory } from "../events/read-history.ts";
import { applyCommand } from "../apply/apply.ts";
import { planCommand } from "../plan/plan.ts";
import { report, type Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { RollbackFlags } from "../shared/flags.ts";
import { sourceFileBehind } from "../status/source-status.ts";
import { fleetHere } from "./fleet-here.ts";
import { installation } from "./install-revision.ts";
import { tellLostEdits } from "./tell-lost-edits.ts";
import { revisionAt, showEdits, type RevisionAt } from "./with-revision.ts";

/**
 * Runs `fleet rollback`: plans for an earlier text of fleet.yaml, asks, writes that text and applies it, as `fleet apply`
 * does. fleet.yaml stays the only truth: without the text in it, the next apply would undo the rollback.
 */
export async function rollbackCommand(
  given: Context,
  name: string,
  { dryRun = false, ...flags }: RollbackFlags,
): Promise<ExitCode> {
  const here = await fleetHere(given);
  const source = here.ok ? sourceFileBehind(here.value.path) : undefined;
  if (source !== undefined) {
    // A fetched file is not edited: the next pass of the watch would undo it.
    const { orderRevision } = await import("../source/order.ts");
    const records = here.ok ? readHistory(here.value.layout) : [];
    const commit = records.find(({ digest }) => digest?.startsWith(name) === true)?.revision ?? name;
    return orderRevision(given, source, "pin", commit, { dryRun, ...flags });
  }
  const at = await revisionAt(given, name);
  if (!at.ok) return report(given, at.diagnostics);
  const { context, revision } = at.value;
  showEdits(at.value);
  await tellLostEdits(at.value);
  if (dryRun) return planCommand(context, { names: [] }, flags);
  const install = installation(at.value);
  const code = await applyCommand(context, { names: [] }, flags, {
    onAgreed: install.onAgreed,
    command: `fleet rollback ${revision.name}`,
  });
  tellRolledBack(at.value, install.kept());
  return code;
}

/** Tells the place of the replaced texts; nothing if none was replaced. */
export function tellRolledBack(
  { here, revision, context: { output } }: RevisionAt,
  kept: string | undefined,
): void {
  if (kept === undefined) return;
  const shown = relative(process.cwd(), kept);
  output.remark(rolledBack(here.file, revision.name, shown.startsWith("..") ? kept : shown));
  const commit = gitRevision(here.path);
  if (commit !== undefined && !commit.startsWith(revision.name)) output.remark(commitHint);
}
