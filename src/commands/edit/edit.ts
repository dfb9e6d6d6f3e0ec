import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import {
  changedMeanwhile,
  editorFailed,
  editorNotStarted,
  foundDraft,
  keptDraft,
  noTerminal,
  savedOnly,
} from "../../report/edit/edit-problems.ts";
import { runEditor } from "../../system/child/foreground.ts";
import { applyCommand } from "../apply/apply.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { ApplyFlags } from "../shared/flags.ts";
import { choose } from "./choose.ts";
import { draftOf, type Draft } from "./draft.ts";
import { editTarget, type EditTarget } from "./target.ts";
import { untilAskedToEnd } from "./asked-to-end.ts";

/**
 * Runs `fleet edit`: opens a copy of fleet.yaml in an editor, then plans, asks and applies as `fleet apply` does. The
 * copy replaces the file only after the consent, so a watch never applies half an edit. It stays until then.
 */
export async function editCommand(context: Context, flags: ApplyFlags): Promise<ExitCode> {
  if (!process.stdin.isTTY || !process.stdout.isTTY || !process.stderr.isTTY)
    return report(context, [noTerminal]);
  const target = await editTarget(context);
  if (!target.ok) return report(context, target.diagnostics);
  const made = draftOf(target.value.file);
  if (!made.ok) return report(context, made.diagnostics);
  const draft = made.value;
  const begun = await beginDraft(draft, context);
  if (begun !== undefined) return begun;
  const drafted = withDraft(target.value, draft, context);
  for (;;) {
    const code = await editAndApply(draft, flags, drafted);
    if (code !== "edit") return code;
  }
}

/** Returns a context that reads the draft in the place of its file. */
function withDraft({ path, fleet }: EditTarget, { draft }: Draft, context: Context): Context {
  return { ...context, flags: { ...context.flags, file: fleet, draft: { of: path, path: draft } } };
}

/** Makes the draft, or continues with an earlier one. Returns an exit code if there is nothing to edit. */
async function beginDraft(draft: Draft, context: Context): Promise<ExitCode | undefined> {
  if (draft.exists()) {
    context.output.remark(foundDraft(draft));
    const choice = await untilAskedToEnd(draft, context, () => choose(["continue", "again", "quit"]));
    if (choice === "continue") return undefined;
    if (choice !== "again") return choice === undefined ? exitCodes.interrupted : exitCodes.error;
  }
  const begun = await draft.begin();
  return begun.ok ? undefined : report(context, begun.diagnostics);
}

/** Opens the editor once. Returns the exit code, or "edit" if the person wants to edit again. */
async function editAndApply(draft: Draft, flags: ApplyFlags, context: Context): Promise<ExitCode | "edit"> {
  const { output } = context;
  const edited = await openEditor(draft);
  if (edited === "interrupted") return leaveDraft(draft, exitCodes.interrupted, context);
  if (!edited.ok) return leaveDraft(draft, report(context, edited.diagnostics), context);
  if (!edited.value) {
    output.remark(`${draft.file} is unchanged.`);
    return leaveDraft(draft, exitCodes.ok, context);
  }

  let isInstalled = false;
  const installOnce = (): Result<void> => {
    if (isInstalled) return ok(undefined);
    const installed = draft.install();
    isInstalled = installed.ok;
    return installed;
  };
  const code = await untilAskedToEnd(draft, context, () =>
    applyCommand(context, { names: [] }, flags, { onAgreed: installOnce }),
  );
  if (isInstalled) return code;
  if (code === exitCodes.interrupted) return leaveDraft(draft, code, context);
  const choice = await untilAskedToEnd(draft, context, () =>
    choose(
      code === exitCodes.invalidFleet ? ["edit", "keep", "discard"] : ["edit", "keep", "discard", "save"],
    ),
  );
  if (choice === "edit") return "edit";
  if (choice === "discard") {
    const gone = await draft.discard();
    return gone.ok ? code : report(context, gone.diagnostics);
  }
  if (choice === "save") {
    const saved = installOnce();
    if (!saved.ok) return leaveDraft(draft, report(context, saved.diagnostics), context);
    output.remark(savedOnly(draft));
    return exitCodes.ok;
  }
  return leaveDraft(draft, choice === undefined ? exitCodes.interrupted : code, context);
}

/** Lets the person edit. Returns true for a changed text that may be applied. */
async function openEditor(draft: Draft): Promise<Result<boolean> | "interrupted"> {
  // An empty variable counts as unset, as for git.
  const editor = process.env["VISUAL"] || process.env["EDITOR"] || undefined;
  const end = await runEditor(editor, draft.draft);
  if (end.kind === "interrupted") return "interrupted";
  if (end.kind === "not-started") return failedEdit(editorNotStarted(end.message));
  if (end.code !== 0) return failedEdit(editorFailed(editor, end.code));
  const text = draft.read();
  if (text === undefined)
    return fail("file-not-found", `the draft ${draft.draft} is gone`, { detail: "Nothing was changed." });
  if (!text.ok) return text;
  if (text.value === draft.original) return ok(false);
  const current = draft.isCurrent();
  return current ? ok(true) : failedEdit(changedMeanwhile(draft));
}

function failedEdit(problem: Diagnostic): Result<never> {
  return { ok: false, diagnostics: [problem] };
}

/** Ends the edit: names a draft with work in it, and removes one without. */
async function leaveDraft(draft: Draft, code: ExitCode, context: Context): Promise<ExitCode> {
  const text = draft.read();
  if (text === undefined) return code;
  if (!text.ok || text.value !== draft.original) context.output.remark(keptDraft(draft));
  else await draft.discard();
  return code;
}
