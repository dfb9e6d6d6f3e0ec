import { readdirSync, rmSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";

/** Programs from other machines, which are kept anyway. */
const keptAlways = 2;
/** The time that a program is kept after its last use, ms: a run of an older one may still need parts of it. */
const keptMs = 30 * 24 * 3_600_000;

/** Removes old programs next to this one, if another machine has brought it. `folder` is that of this program. */
export function sweepTools(folder: string, now = Date.now()): void {
  const tools = dirname(folder);
  if (basename(tools) !== "tool" || !/^[0-9a-f]{64}$/.test(basename(folder))) return;
  try {
    const used = readdirSync(tools)
      .filter((name) => name !== basename(folder))
      .map((name) => ({ path: join(tools, name), usedMs: lastUse(join(tools, name)) }))
      .sort((a, b) => b.usedMs - a.usedMs);
    for (const { path, usedMs } of used.slice(keptAlways - 1))
      if (now - usedMs > keptMs) rmSync(path, { recursive: true, force: true });
  } catch {
    // Another run sweeps at the same time.
  }
}

/** Returns the time of the last use: each start touches a file. */
function lastUse(path: string): number {
  const mark = statSync(join(path, ".whole"), { throwIfNoEntry: false });
  return (mark ?? statSync(path)).mtimeMs;
}
