import { readdirSync, readFileSync, readlinkSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";

/**
 * Removes the nodes from other machines that nobody has used since `before`, ms: no version of `fleet` that still comes here
 * brings them. One that a process runs, or that a unit in `unitDir` names, stays. If the processes or the units cannot be
 * read, all stay.
 */
export function sweepNodes(nodes: string, unitDir: string, before: number): void {
  try {
    const old = readdirSync(nodes)
      .filter((name) => /^[0-9a-f]{64}$/.test(name))
      .map((name) => join(nodes, name))
      .filter((folder) => lastUseOfNode(folder) < before);
    if (old.length === 0) return;
    const needed = [...runningPrograms(), ...unitTexts(unitDir)];
    for (const folder of old) {
      const node = join(folder, "node");
      // A start that has just begun has marked it.
      if (needed.some((text) => text.includes(node)) || lastUseOfNode(folder) >= before) continue;
      rmSync(folder, { recursive: true, force: true });
    }
  } catch {
    // There are none, or another run sweeps at the same time. The next one tries again.
  }
}

/** Returns the time of the last use: each start marks the folder. Earlier versions did not, and so its own time counts. */
function lastUseOfNode(folder: string): number {
  return (statSync(join(folder, ".used"), { throwIfNoEntry: false }) ?? statSync(folder)).mtimeMs;
}

/** Returns the paths of the programs that processes run. The words of a process are readable even if its program is not. */
function runningPrograms(): readonly string[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readlinkSync(`/proc/${pid}/exe`);
      } catch {
        return ifThere(() => readFileSync(`/proc/${pid}/cmdline`, "utf8")) ?? "";
      }
    });
}

function unitTexts(unitDir: string): readonly string[] {
  return (ifThere(() => readdirSync(unitDir)) ?? [])
    .filter((name) => name.endsWith(".service"))
    .map((name) => ifThere(() => readFileSync(join(unitDir, name), "utf8")) ?? "");
}

/** Returns undefined for a file that is not there, a link to nothing, and a process that has ended. */
function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (/^(?:ENOENT|ESRCH)$/.test((error as NodeJS.ErrnoException).code ?? "")) return undefined;
    throw error;
  }
}
