import { closeSync, openSync, readSync } from "node:fs";
import { dirname } from "node:path/posix";
import { interpreterIn, type ReachedProgram } from "../../runtimes/unit-path.ts";
import { lastingPath } from "../../system/lasting-path.ts";
import { findProgram } from "../doctor/find-program.ts";

/**
 * Looks a program up on the PATH of units, then on the PATH of `env`, the caller's. A script with `env` in its first
 * line needs its interpreter as well. Undefined if neither PATH has the program.
 */
export function reachProgram(
  program: string,
  unitPath: string,
  env: NodeJS.ProcessEnv,
): ReachedProgram | undefined {
  const missingFolders: string[] = [];
  const findReached = (name: string): string | undefined => {
    const reached = findProgram(name, [...missingFolders, unitPath].join(":"));
    if (reached !== undefined) return reached;
    const found = findProgram(name, env["PATH"] ?? "");
    if (found === undefined) return undefined;
    const lasting = lastingPath(found, env);
    missingFolders.push(dirname(lasting));
    return lasting;
  };
  const path = findReached(program);
  if (path === undefined) return undefined;
  const interpreter = interpreterIn(beginningOf(path));
  if (interpreter !== undefined) findReached(interpreter);
  return { program, path, missingFolders };
}

/** Returns the first bytes of a file: programs can have hundreds of megabytes. */
function beginningOf(path: string): string {
  try {
    const file = openSync(path, "r");
    try {
      const bytes = Buffer.alloc(256);
      return bytes.toString("latin1", 0, readSync(file, bytes));
    } finally {
      closeSync(file);
    }
  } catch {
    return ""; // a program may be executable without being readable
  }
}
