import { accessSync, constants, statSync } from "node:fs";
import { isAbsolute, join } from "node:path/posix";

/** Returns the path of a program on a PATH, as execvp(3) finds it; undefined if no folder has it. An absolute path is its own. */
export function findProgram(program: string, path: string): string | undefined {
  if (isAbsolute(program)) return isExecutable(program) ? program : undefined;
  return path
    .split(":")
    .filter(isAbsolute)
    .map((folder) => join(folder, program))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
