import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { errorMessage } from "../../../text/error-message.ts";
import { syncFolder } from "../write.ts";
import { isBrought } from "./brought.ts";

/** Returns the place where a service can keep a program: its own, unless another machine has brought it. */
export function keptProgram(script: string, home: string): string {
  const folder = dirname(script);
  if (!isBrought(folder)) return script;
  return join(programsFolder(home), basename(folder), basename(script));
}

function programsFolder(home: string): string {
  return join(home, ".local/share/mosaic-fleet/programs");
}

/** Copies a program another machine has brought to its kept place, whole or not at all. */
export function keepProgram(script: string, home: string): Result<void> {
  const kept = keptProgram(script, home);
  const to = dirname(kept);
  if (kept === script || existsSync(to)) return ok(undefined);
  const unfinished = `${to}.${process.pid}`;
  try {
    mkdirSync(programsFolder(home), { recursive: true, mode: 0o700 });
    rmSync(unfinished, { recursive: true, force: true });
    // The compiled code in it belongs to the folder it was made in.
    cpSync(dirname(script), unfinished, {
      recursive: true,
      filter: (path) => !basename(path).startsWith("compiled-"),
    });
    syncFolder(unfinished);
    renameSync(unfinished, to);
    syncFolder(dirname(to));
    return ok(undefined);
  } catch (error) {
    rmSync(unfinished, { recursive: true, force: true });
    if (existsSync(to)) return ok(undefined);
    return fail("file-write-failed", `cannot write ${to}`, {
      detail: errorMessage(error),
      hint: "check the free space and the rights of ~/.local/share there",
    });
  }
}

/** Removes the kept programs no unit in this folder names. */
export function sweepPrograms(home: string, unitDir: string): void {
  const folder = programsFolder(home);
  try {
    const units = readdirSync(unitDir)
      .filter((name) => name.endsWith(".service"))
      .map((name) => readFileSync(join(unitDir, name), "utf8"));
    for (const name of readdirSync(folder))
      if (!units.some((text) => text.includes(join(folder, name))))
        rmSync(join(folder, name), { recursive: true, force: true });
  } catch {
    // There are none, or another run sweeps at the same time. The next one tries again.
  }
}
