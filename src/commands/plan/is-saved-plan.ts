import { closeSync, openSync, readSync } from "node:fs";
import { isRegularFile } from "../../drivers/files/read.ts";

/** How much of a file is looked at, bytes: a saved plan names its format at its beginning. */
const beginning = 200;

/** True for a file that `fleet plan --out` has written, whatever it is called. False if it cannot be read. */
export function isSavedPlan(path: string): boolean {
  if (!isRegularFile(path)) return false;
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(beginning);
      const text = bytes.toString("utf8", 0, readSync(file, bytes, 0, beginning, 0));
      return /^\s*\{\s*"formatVersion"/.test(text);
    } finally {
      closeSync(file);
    }
  } catch {
    return false;
  }
}
