import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { programFiles } from "../../../src/sandbox/placed-files.ts";

/** The variable with the folder of the copy, for the processes that run tests. */
const variable = "FLEET_TESTS_TOOL";

/**
 * Copies the built program once for all sandboxes of this run of vitest, so neither a rebuild nor the file modes of the
 * clone matter to them. Returns a function that removes the copy.
 */
export function prepareTool(): () => void {
  const folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-tool-"));
  for (const { file, path } of programFiles()) cpSync(path, join(folder, file), { recursive: true });
  execFileSync("chmod", ["-R", "u+w,a+rX", folder]);
  process.env[variable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Returns the folder of the copy, or undefined for a program outside of vitest. */
export function preparedTool(): string | undefined {
  return process.env[variable];
}
