import { basename, dirname, resolve } from "node:path/posix";
import { readText } from "../../config/file/read-text.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Input } from "../../import/form/imported.ts";
import { isStreamPath } from "../../config/file/stream-path.ts";

/** Files that the formats of processes read next to their own. */
const companionNames = [".env", ".overmind.env", ".foreman"];

/** Reads a file to import and the files next to it belonging to it. */
export function readInput(path: string): Result<Input> {
  const read = readText(path, path, "read");
  if (read === undefined)
    return fail("file-not-found", `there is no file ${path}`, { hint: "name a file of another tool" });
  if (!read.ok) {
    return {
      ok: false,
      diagnostics: read.diagnostics.map((each) => ({
        ...each,
        hint: "name a file of another tool, as UTF-8 text",
      })),
    };
  }
  // A pipe has no folder of its own.
  const folder = isStreamPath(path) ? process.cwd() : resolve(dirname(path));
  const companions = new Map<string, string>();
  for (const name of companionNames) {
    const text = readText(`${folder}/${name}`, name);
    if (text?.ok === true) companions.set(name, text.value);
  }
  return ok({ path, name: basename(path), folder, text: read.value, companions });
}
