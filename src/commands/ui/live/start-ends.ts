import { existsSync, watch, type FSWatcher } from "node:fs";
import { join } from "node:path/posix";

/** The ends of starts, which systemd records nowhere. */
export interface StartEnds {
  /**
   * Follows those of the units that still start, and no longer the others of `read`. Returns true if each of them is to be
   * heard of.
   */
  readonly follow: (read: readonly string[], starting: readonly string[]) => boolean;
  readonly end: () => void;
}

/** The most starts that are followed at a time. */
const most = 20;

/**
 * Follows starts by their PID files, which the script of a unit writes as its last step. `folderOf` returns the folder of such
 * a file. `written` is called with each unit that has written its own: systemd takes it for started right after.
 */
export function followStarts(folderOf: (unit: string) => string, written: (unit: string) => void): StartEnds {
  const watches = new Map<string, FSWatcher>();
  /** The units that have been told. */
  const told = new Set<string>();

  function leave(unit: string): void {
    watches.get(unit)?.close();
    watches.delete(unit);
  }

  function tell(unit: string): void {
    leave(unit);
    told.add(unit);
    written(unit);
  }

  function begin(unit: string): void {
    if (watches.has(unit) || told.has(unit) || watches.size >= most) return;
    const folder = folderOf(unit);
    try {
      const watcher = watch(folder, { persistent: false }, (_, name) => {
        if (name === "pid") tell(unit);
      });
      watcher.on("error", () => leave(unit));
      watches.set(unit, watcher);
      // A short start has ended before its first glance. A file of the run before only leads to more glances.
      if (existsSync(join(folder, "pid"))) tell(unit);
    } catch {
      // The folder is not there yet, or cannot be watched: the next glance comes soon.
    }
  }

  return {
    follow(read, starting) {
      const still = new Set(starting);
      for (const unit of read) {
        if (still.has(unit)) continue;
        leave(unit);
        told.delete(unit);
      }
      for (const unit of starting) begin(unit);
      return starting.every((unit) => watches.has(unit));
    },
    end() {
      for (const unit of watches.keys()) leave(unit);
      told.clear();
    },
  };
}
