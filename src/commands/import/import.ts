import { basename } from "node:path/posix";
import { detectFormat } from "../../import/detect.ts";
import { combine } from "../../import/combine.ts";
import type { ImportedFleet, ImportNote, World } from "../../import/form/imported.ts";
import { readerOf } from "../../import/formats.ts";
import { ok, type Diagnostic } from "../../diagnostics/diagnostic.ts";
import { noteLines, summaryLines, type ImportSource } from "../../report/import/summary-text.ts";
import { schemaFor } from "../../observe/init/schema-for.ts";
import { invokingUser } from "../../system/environment.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { ImportFlags } from "../shared/flags.ts";
import { addToFile } from "./add-to-file.ts";
import { readInput } from "./read-input.ts";
import { settleImport } from "./settle.ts";
import { withPath } from "./with-path.ts";

/** Runs `fleet import`: prints files of other tools as a fleet.yaml, or adds their agents to one. Runs no code. */
export async function importCommand(
  context: Context,
  files: readonly string[],
  flags: ImportFlags,
): Promise<ExitCode> {
  const fleets: ImportedFleet[] = [];
  const sources: ImportSource[] = [];
  const problems: Diagnostic[] = [];
  const notes: ImportNote[] = [];
  for (const file of files) {
    const input = readInput(file);
    const format = !input.ok ? input : flags.from === undefined ? detectFormat(input.value) : ok(flags.from);
    if (!input.ok || !format.ok) {
      problems.push(...(input.ok ? (format.ok ? [] : format.diagnostics) : input.diagnostics));
      continue;
    }
    const read = (await readerOf(format.value))(input.value, worldOf(context), flags.per ?? "auto");
    if (read.ok) {
      fleets.push(read.value);
      sources.push({ path: file, format: format.value });
    } else {
      problems.push(...read.diagnostics);
      notes.push(...read.notes);
    }
  }
  if (problems.length > 0) {
    for (const line of noteLines(notes)) context.output.remark(line);
    return report(context, problems);
  }
  return finishImport(context, combine(fleets), sources, flags);
}

/** Returns the account for which files are read. */
export function worldOf({ machine }: Context): World {
  const shell = basename(process.env["SHELL"] ?? "");
  return {
    home: machine.home,
    user: process.env["USER"] ?? invokingUser() ?? "",
    shell: shell === "" ? "bash" : shell,
  };
}

/** Prints an imported fleet with its summary, or adds it to a file. */
export async function finishImport(
  context: Context,
  imported: ImportedFleet,
  sources: readonly ImportSource[],
  { into }: ImportFlags,
): Promise<ExitCode> {
  const { output, exec } = context;
  const fleet = await withPath(imported, exec);
  if (into !== undefined) return addToFile(context, fleet, sources, into);
  const from = sources.map(({ path, format }) => (format === "running" ? "what runs" : path)).join(", ");
  const settled = settleImport(fleet, [`Imported from ${from} by fleet import.`], schemaFor(process.cwd()));
  if (!settled.ok) return report(context, settled.diagnostics);
  output.raw(settled.value.text);
  for (const line of summaryLines(sources, settled.value.fleet)) output.remark(line);
  return exitCodes.ok;
}
