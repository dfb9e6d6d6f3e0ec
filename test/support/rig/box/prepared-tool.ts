import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { programFiles, programLink } from "../../../../src/sandbox/placed-files.ts";

/** The folder of the rig's own programs. */
const inside = fileURLToPath(new URL("../inside", import.meta.url));

/** The variable with the folder of the copy, for the processes that run tests. */
const variable = "FLEET_TESTS_TOOL";

/**
 * Copies the built program once for all sandboxes of this run of vitest, so neither a rebuild nor the file modes of the
 * clone matter to them, and bundles the rig's own programs: each starts in 6 ms less. The folder `checks` is for the
 * code that test/support/report/schema.ts makes. Returns a function that removes all of it.
 */
export async function prepareTool(): Promise<() => void> {
  const folder = mkdtempSync(join(tmpdir(), "mosaic-fleet-tool-"));
  for (const { file, path } of programFiles()) cpSync(path, join(folder, "tool", file), { recursive: true });
  for (const name of ["bin", "checks"]) mkdirSync(join(folder, name));
  symlinkSync(programLink, join(folder, "bin/fleet"));
  writeFileSync(join(folder, "bin/node"), "");
  cpSync(join(inside, "fleet"), join(folder, "inside/fleet"));
  for (const name of ["server", "resident"]) {
    const bundled = await rolldown({ input: join(inside, `${name}.mjs`), platform: "node" });
    await bundled.write({ format: "cjs", file: join(folder, `inside/${name}.cjs`) });
  }
  execFileSync("chmod", ["-R", "u+w,a+rX", folder]);
  process.env[variable] = folder;
  return () => rmSync(folder, { recursive: true, force: true });
}

/** Returns the options of a sandbox with the copy, or without one outside of vitest, and the path of the rig's server. */
export function preparedTool(): { readonly tool?: string; readonly inside: string; readonly server: string } {
  const tool = process.env[variable];
  if (tool === undefined) return { inside, server: "server.mjs" };
  return { tool, inside: join(tool, "inside"), server: "server.cjs" };
}
