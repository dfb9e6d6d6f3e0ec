import { readFileSync, statSync } from "node:fs";

/** Returns the modes and texts of files as one string, which differs if any of them does. */
export function stateOf(files: readonly string[]): string {
  return files.map(stateOfOne).join("|");
}

function stateOfOne(file: string): string {
  try {
    return `${(statSync(file).mode & 0o777).toString(8)}:${readFileSync(file, "utf8")}`;
  } catch {
    return "missing";
  }
}
