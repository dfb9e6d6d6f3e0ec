import { closeSync, openSync, readSync } from "node:fs";
import { isRegularFile } from "../../drivers/files/read.ts";

/** Length of a file's beginning to read, bytes: a saved plan begins with its format. */
const beginning = 200;

/** Returns true for a file of `fleet plan --out`, whatever its name; false if it cannot be read. */
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
