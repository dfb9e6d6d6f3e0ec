import { watchLockPath, type Layout } from "../desired/layout.ts";
import { readMark } from "../desired/marks.ts";
import { watchUnit, watchUnitPath } from "../desired/watch-service.ts";
import { readPath } from "../drivers/files/read.ts";
import { readLockHolder } from "./lock-holder.ts";
import { unitOfProcess } from "./tmux.ts";

/** What keeps a fleet in line with its file. */
export interface Watcher {
  /** Of the process that watches; undefined where none does at the moment. */
  readonly pid: number | undefined;
  /** The unit that is installed to do so; undefined where there is none. */
  readonly unit: string | undefined;
  /** True where the process is that unit's; false for one that somebody has started by hand. */
  readonly isService: boolean;
}

/** Who watches the fleet, or will again; undefined for nobody. */
export function readWatcher(layout: Layout): Watcher | undefined {
  const pid = readLockHolder(watchLockPath(layout))?.pid;
  const file = readPath(watchUnitPath(layout));
  const isOurs = file?.kind === "file" && readMark(file.content)?.fleet === layout.fleet;
  const unit = isOurs ? watchUnit(layout) : undefined;
  if (pid === undefined && unit === undefined) return undefined;
  return { pid, unit, isService: unit !== undefined && unitOfProcess(String(pid)) === unit };
}
