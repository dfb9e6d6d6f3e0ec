import { existsSync } from "node:fs";
import { join } from "node:path";
import { readText } from "../config/file/read-text.ts";
import { fleetEdit } from "../diffs/fleet-edits.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { replaceFiles } from "../drivers/files/copies/replace-files.ts";
import { realPath } from "../drivers/files/real-path.ts";
import { removeFile } from "../drivers/files/write.ts";
import {
  changedHooks,
  hooksRefused,
  noHomeOf,
  nothingToInstall,
  unknownProgram,
} from "../report/hooks/hooks-problems.ts";
import { editText, hooksDone, hooksState } from "../report/hooks/hooks-text.ts";
import { hasOurHooks, onlyOurHooks, withHooks, withoutHooks } from "../runtimes/person-hooks.ts";
import type { Preset } from "../runtimes/preset.ts";
import { isPresetName } from "../runtimes/preset-names.ts";
import { presets } from "../runtimes/presets.ts";
import { consent } from "./apply/execute.ts";
import { report, type Context } from "./shared/context.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import type { HooksFlags } from "./shared/flags.ts";

/**
 * Runs `fleet hooks`: shows, adds or removes the hooks of a preset in a person's own file. Changes nothing else in it, and
 * nothing without a yes.
 */
export async function hooksCommand(
  context: Context,
  what: "show" | "install" | "remove",
  program: string,
  flags: HooksFlags,
): Promise<ExitCode> {
  const { output, machine } = context;
  const preset: Preset | undefined = isPresetName(program) ? presets[program] : undefined;
  if (preset === undefined) return report(context, [unknownProgram(program)]);
  const wanted = preset.hooks?.person;
  if (wanted === undefined) return report(context, [nothingToInstall(program)]);
  const home = process.env[wanted.home.variable] || join(machine.home, wanted.home.folder);
  const path = join(home, wanted.file);
  const present = settingsText(path);
  if (!present.ok) return report(context, present.diagnostics);
  if (what === "show") {
    output.text(hooksState(program, path, hasOurHooks(present.value)));
    output.text(onlyOurHooks(wanted).trimEnd().split("\n"));
    return exitCodes.ok;
  }
  if (!existsSync(home)) return report(context, [noHomeOf(program, home, wanted.home.variable)]);
  const edit = what === "install" ? withHooks(present.value, wanted) : withoutHooks(present.value);
  if (edit.kind === "refused") return report(context, [hooksRefused(program, path, edit)]);
  if (edit.kind === "same") {
    output.text(hooksState(program, path, what === "install"));
    return exitCodes.ok;
  }
  const asText = (text = "") => ({ text, secrets: [] });
  const shown = editText(fleetEdit(path, asText(present.value), asText(edit.text)), edit.text, output.colors);
  output.text(shown);
  const question = what === "install" ? "Write this?" : "Remove this?";
  const agreed = await consent(question, flags.yes ?? false, context, shown);
  if (agreed !== "go") return agreed.code;
  const written = await replaceText(path, present.value, edit.text);
  if (!written.ok) return report(context, written.diagnostics);
  output.text(hooksDone(program, path, what));
  return exitCodes.ok;
}

/** Returns the text of a file; undefined if there is none. */
function settingsText(path: string): Result<string | undefined> {
  return readText(path, path) ?? ok(undefined);
}

/** Replaces a text in one step, unless it has changed since. A link to the file stays, and so do its owner and mode. */
async function replaceText(
  path: string,
  before: string | undefined,
  after: string | undefined,
): Promise<Result<void>> {
  const now = settingsText(path);
  if (!now.ok) return now;
  if (now.value !== before) return { ok: false, diagnostics: [changedHooks(path)] };
  return after === undefined
    ? removeFile(realPath(path))
    : replaceFiles([{ path: realPath(path), text: after }]);
}
