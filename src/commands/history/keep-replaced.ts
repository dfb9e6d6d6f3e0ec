import { basename, join } from "node:path";
import { replacedFolder } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { replaceFiles } from "../../drivers/files/copies/replace-files.ts";
import type { FleetHere } from "./fleet-here.ts";

/**
 * Keeps the present texts of files a rollback replaces, as they are: a person may have written them, and nobody else
 * has them. Returns their folder, readable by the account alone.
 */
export function keepReplaced(
  { layout }: FleetHere,
  files: readonly { readonly path: string; readonly now: string | undefined }[],
): Result<string> {
  const time = new Date().toISOString().replaceAll(":", "");
  const folder = join(replacedFolder(layout), time);
  const present = files.flatMap(({ path, now }, index) =>
    now === undefined ? [] : [{ path: join(folder, copyName(path, index)), text: now }],
  );
  const written = replaceFiles(present);
  return written.ok ? ok(folder) : written;
}

/** Returns the name of a copy: included files of several folders may have one name. */
function copyName(path: string, index: number): string {
  return index === 0 ? basename(path) : `${index}-${basename(path)}`;
}
