import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { sweepNodes } from "./nodes.ts";
import { isBrought } from "./brought.ts";

/** Programs from other machines, which are kept anyway. */
const keptAlways = 2;
/** The time that a program is kept after its last use, ms: a run of an older one may still need parts of it. */
const keptToolMs = 30 * 24 * 3_600_000;

/**
 * Removes old programs next to this one, and old nodes, if another machine has brought it. `folder` is that of this program,
 * and `unitDir` that of the units that may run by a brought node.
 */
export function sweepTools(folder: string, unitDir: string, now = Date.now()): void {
  const tools = dirname(folder);
  if (!isBrought(folder)) return;
  try {
    const used = readdirSync(tools)
      .filter((name) => name !== basename(folder))
      .map((name) => ({ path: join(tools, name), usedMs: lastUse(join(tools, name)) }))
      .sort((a, b) => b.usedMs - a.usedMs);
    for (const { path, usedMs } of used.slice(keptAlways - 1))
      if (now - usedMs > keptToolMs) rmSync(path, { recursive: true, force: true });
  } catch {
    // Another run sweeps at the same time.
  }
  sweepNodes(join(dirname(tools), "node"), unitDir, now - keptToolMs);
}

/** Returns the time of the last use: each start marks the folder. Earlier versions did so by `.whole`. */
function lastUse(path: string): number {
  const marks = [".used", ".whole"].flatMap(
    (name) => statSync(join(path, name), { throwIfNoEntry: false })?.mtimeMs ?? [],
  );
  return marks.length === 0 ? statSync(path).mtimeMs : Math.max(...marks);
}
