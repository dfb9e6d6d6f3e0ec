import { dirname, resolve } from "node:path/posix";
import { currentFolder } from "../../config/file/candidates.ts";
import { parseFleet } from "../../config/parse.ts";
import { fail, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { exists } from "../../drivers/files/read.ts";
import { createFile } from "../../drivers/files/write.ts";
import { linkTarget } from "../../drivers/files/permissions.ts";
import { inputPaths } from "../../desired/inputs.ts";
import { readInputs } from "../../observe/files/read-inputs.ts";
import { canAsk } from "../../report/terminal/confirm.ts";
import { nextLines, remarkLines } from "../../report/init/init-text.ts";
import { starterText } from "../../report/init/starter-text.ts";
import { report, reportFailure, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { InitFlags } from "../shared/flags.ts";
import { readFleetFile } from "../shared/read-fleet.ts";
import { doubtsAbout, reportWarnings } from "../shared/reporting/report-doubts.ts";
import { composeStarter, defaultAgents, workdirFor, type NewFile } from "./compose-starter.ts";
import { findPrograms, type Programs } from "./installed-runtimes.ts";

/** Runs `fleet init`: writes a fleet.yaml for this machine, or prints it. Never overwrites a file, and starts nothing. */
export async function initCommand(context: Context, flags: InitFlags): Promise<ExitCode> {
  const { exec, output, machine } = context;
  const cwd = currentFolder();
  if (cwd === undefined) return reportFailure(context, noFolderToInit());
  const shown = context.flags.file ?? "fleet.yaml";
  const target: NewFile = { shown, path: resolve(cwd, shown), cwd };
  const isPrinted = flags.print === true;
  if (!isPrinted && isOccupied(target.path)) return reportFailure(context, fileExists(shown));

  const programs = await findPrograms(exec);
  const chosen = flags.yes === true ? flags : await askFor(flags, target, programs, context);
  if (chosen === undefined) {
    output.remark("Nothing was written.");
    return exitCodes.interrupted;
  }
  const composed = composeStarter(chosen, target, programs, machine);
  if (!composed.ok) return report(context, composed.diagnostics);
  const { starter, reached } = composed.value;
  const text = starterText(starter);
  const parsed = parseFleet(text, shown);
  if (!parsed.ok) return report(context, parsed.diagnostics);

  if (isPrinted) output.raw(text);
  else {
    const made = await createFile(target.path, text, 0o644 & ~process.umask());
    if (!made.ok) return report(context, made.diagnostics);
    if (!made.value) return reportFailure(context, fileExists(shown));
    const problems = await checkWritten(context, shown);
    if (!problems.ok) return report(context, problems.diagnostics);
  }
  reportWarnings(programs.problems.map(asWarning), context);
  for (const line of remarkLines(starter, reached)) output.remark(line);
  if (!isPrinted) output.text(nextLines(starter, shown, context.flags.file !== undefined));
  return exitCodes.ok;
}

/** Asks for the flags that are not given, if there is a terminal. Undefined after Ctrl-C. */
async function askFor(
  flags: InitFlags,
  { path, cwd }: NewFile,
  { installed }: Programs,
  { machine, output }: Context,
): Promise<InitFlags | undefined> {
  const isProgramGiven = flags.runtime !== undefined || flags.command !== undefined;
  const isAllGiven = isProgramGiven && flags.agents !== undefined && flags.workdir !== undefined;
  if (isAllGiven || !canAsk() || process.env["TERM"] === "dumb") return flags;
  const { askForFlags } = await import("../../report/init/questions.ts");
  const answers = await askForFlags({
    given: flags,
    installed,
    defaultAgents,
    checkFolder: (folder) => workdirFor(folder, dirname(path), cwd, machine.home),
    hasColors: output.options.color,
  });
  return answers && { ...flags, ...answers };
}

/** Reads the new file as every command does, and shows its warnings. */
async function checkWritten(context: Context, file: string): Promise<Result<void>> {
  const loaded = await readFleetFile({ ...context, flags: { ...context.flags, file } });
  if (!loaded.ok) return loaded;
  const { envFiles } = inputPaths(loaded.value.config, context.machine.home);
  reportWarnings(await doubtsAbout(loaded.value, readInputs({ envFiles, workdirs: [] })), context);
  return { ok: true, value: undefined };
}

/** Returns true if anything is at a path, also a dangling link. */
function isOccupied(path: string): boolean {
  return exists(path) || linkTarget(path) !== undefined;
}

function fileExists(shown: string): Result<never> {
  return fail("file-exists", `${shown} exists already`, {
    detail: "fleet init overwrites no file, so nothing was written.",
    hint: `edit it, then run fleet plan; or write another file: fleet init -f PATH; fleet init --print shows a new one`,
  });
}

function noFolderToInit(): Result<never> {
  return fail("file-not-found", "the current directory is gone", {
    hint: "change to a directory that exists",
  });
}

function asWarning(problem: Diagnostic): Diagnostic {
  return { ...problem, severity: "warning" };
}
