import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { measurements } from "./measured.ts";
import { prepareTool } from "./box/prepared-tool.ts";

/**
 * Builds before any test: the sandbox runs the built program, so it has to be up to date. Returns what is to do after the
 * last test.
 */
export default function globalSetup(): Promise<() => void> {
  const setup = fileURLToPath(new URL("../../../scripts/setup.mjs", import.meta.url));
  rmSync(measurements, { force: true });
  execFileSync(process.execPath, [setup], { stdio: "inherit" });
  return prepareTool();
}
