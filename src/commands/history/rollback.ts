import { relative } from "node:path";
import type { FleetTexts } from "../../config/file/fleet-draft.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { replaceFiles } from "../../drivers/files/copies/replace-files.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { gitRevision } from "../../observe/files/git-revision.ts";
import { commitHint, rolledBack, unappliedEdits } from "../../report/history/rollback-text.ts";
import { readHistory } from "../events/read-history.ts";
import { applyCommand } from "../apply/apply.ts";
import { planCommand } from "../plan/plan.ts";
import { report, type Context } from "../shared/context.ts";
import type { ExitCode } from "../shared/exit-codes.ts";
import type { RollbackFlags } from "../shared/flags.ts";
import { sourceFileBehind } from "../status/source-status.ts";
import { fleetHere } from "./fleet-here.ts";
import { isAppliedText } from "./is-applied-text.ts";
import { keepReplaced } from "./keep-replaced.ts";
import { presentText, revisionAt, showEdits, type RevisionAt } from "./with-revision.ts";

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
  const { context, here: replaced, revision } = at.value;
  showEdits(at.value);
  const isLost = at.value.edits.length > 0 && !(await isAppliedText(replaced, context));
  if (isLost) context.output.remark(unappliedEdits(replaced.file));
  if (dryRun) return planCommand(context, { names: [] }, flags);
  const install = installation(at.value);
  const code = await applyCommand(context, { names: [] }, flags, {
    onAgreed: install.onAgreed,
    command: `fleet rollback ${revision.name}`,
  });
  const kept = install.kept();
  if (kept !== undefined) {
    const shown = relative(process.cwd(), kept);
    context.output.remark(rolledBack(replaced.file, revision.name, shown.startsWith("..") ? kept : shown));
    const commit = gitRevision(replaced.path);
    if (commit !== undefined && !commit.startsWith(revision.name)) context.output.remark(commitHint);
  }
  return code;
}

interface Installation {
  /** Writes the texts, once. */
  readonly onAgreed: () => Result<void>;
  /** Returns the folder with the replaced files; undefined if none was replaced. */
  readonly kept: () => string | undefined;
}

function installation({ here, revision }: RevisionAt): Installation {
  const before = differing(revision.texts);
  let isDone = before.length === 0;
  let kept: string | undefined;
  return {
    kept: () => kept,
    onAgreed() {
      if (isDone) return ok(undefined);
      const changed = before.find(({ path, now }) => presentText(path) !== now);
      if (changed !== undefined) return changedMeanwhile(changed.path);
      const saved = keepReplaced(here, before);
      if (!saved.ok) return saved;
      const replaced = replaceFiles(before.map(({ path, text }) => ({ path: realPath(path), text })));
      if (!replaced.ok) return replaced;
      isDone = true;
      kept = saved.value;
      return ok(undefined);
    },
  };
}

/** A file that the rollback replaces, or makes. */
interface Differing {
  readonly path: string;
  readonly now: string | undefined;
  readonly text: string;
}

function differing(texts: FleetTexts): readonly Differing[] {
  return [...texts].flatMap(([path, text]) => {
    const now = presentText(path);
    return text === null || text === now ? [] : [{ path, now, text }];
  });
}

function changedMeanwhile(path: string): Result<never> {
  return fail("stale-plan", `another program changed ${path} in the meantime`, {
    detail: "Nothing was changed.",
    hint: "run it again",
  });
}
