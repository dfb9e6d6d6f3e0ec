import { realpathSync, statSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { includerFor } from "../../config/file/included-files.ts";
import { parseFleet } from "../../config/parse.ts";
import { readText } from "../../config/file/read-text.ts";
import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { writeFile } from "../../drivers/files/write.ts";
import { insertAgents } from "../../config/writing/insert-agents.ts";
import { withoutDefaults } from "../../import/combine.ts";
import type { ImportedFleet, ImportNote } from "../../import/form/imported.ts";
import { summaryLines, type ImportSource } from "../../report/import/summary-text.ts";
import { count, listOf } from "../../text/counting.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import { settleImport, type Settled } from "./settle.ts";

/** Adds the agents of an import to a fleet.yaml. Refuses names it declares already, and writes nothing then. */
export async function addToFile(
  context: Context,
  fleet: ImportedFleet,
  sources: readonly ImportSource[],
  path: string,
): Promise<ExitCode> {
  const before = readText(path, path);
  if (before === undefined) {
    const missing = fail("file-not-found", `there is no file ${path}`, {
      hint: `leave out --into, and write the result: fleet import … > ${path}`,
    });
    return report(context, missing.ok ? [] : missing.diagnostics);
  }
  if (!before.ok) return report(context, before.diagnostics);
  const added = addAgents(before.value, path, fleet);
  if (!added.ok) return report(context, added.diagnostics);
  const { text, settled } = added.value;
  const target = realpathSync(path);
  const written = await writeFile(target, text, statSync(target).mode & 0o777, 0o755);
  if (!written.ok) return report(context, written.diagnostics);
  const names = settled.fleet.agents.map(({ name }) => name);
  for (const line of summaryLines(sources, settled.fleet)) context.output.remark(line);
  context.output.remark(`Added ${count(names.length, "agent")} to ${path}: ${listOf(names, 20)}.`);
  return exitCodes.ok;
}

/** Returns the text of a fleet.yaml with the agents of an import. */
function addAgents(
  text: string,
  path: string,
  imported: ImportedFleet,
): Result<{ readonly text: string; readonly settled: Settled }> {
  const target = realpathSync(path);
  const first = { file: path, path: target, folder: dirname(resolve(path)) };
  const ignore = (): void => undefined;
  const includer = includerFor(first, ignore, ignore);
  const existing = parseFleet(text, path, includer);
  if (!existing.ok) return existing;
  const { agents, defaults } = existing.value;
  const settled = settleImport(withNotes(withoutDefaults(imported), Object.keys(defaults)), []);
  if (!settled.ok) return settled;
  const taken = settled.value.fleet.agents.filter(({ name }) => Object.hasOwn(agents, name));
  if (taken.length > 0) {
    const names = taken.map(({ name, file, line }) => `${name} (${file}:${line})`);
    return fail(
      "duplicate-agent",
      `${path} declares ${taken.length === 1 ? "this agent" : "these agents"} already: ${names.join(", ")}`,
      {
        hint: "rename them in one of the two files; nothing was written",
      },
    );
  }
  const inserted = insertAgents(text, path, settled.value.written.agents);
  if (!inserted.ok) return inserted;
  const checked = parseFleet(inserted.value, path, includer);
  return checked.ok ? { ok: true, value: { text: inserted.value, settled: settled.value } } : checked;
}

/** Tells of the parts of the file with an effect on the new agents, and of unchanged parts. */
function withNotes(fleet: ImportedFleet, defaults: readonly string[]): ImportedFleet {
  const file = fleet.agents[0]?.file ?? "";
  const made: ImportNote[] = Object.keys(fleet.tmux).map((subject) => ({
    code: "tmux-not-changed",
    file,
    subject,
  }));
  if (defaults.length > 0) made.push({ code: "defaults-apply", file, subject: defaults.join(", ") });
  return { ...fleet, tmux: {}, notes: [...fleet.notes, ...made] };
}
