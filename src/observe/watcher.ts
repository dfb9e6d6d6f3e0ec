import { join } from "node:path/posix";
import { layoutOf, watchLockPath, type Layout } from "../desired/layout.ts";
import { readMark } from "../desired/marks.ts";
import { quoteArgument } from "../desired/watch-service.ts";
import { listFolder, readPath } from "../drivers/files/read.ts";
import type { Machine } from "../system/machine.ts";
import { readLockHolder } from "./lock-holder.ts";
import { unitOfProcess } from "./tmux.ts";
import { readInstalledWatch } from "./watch-program.ts";

/** What keeps a fleet in line with its file. */
export interface Watcher {
  /** Of the process that watches; undefined where none does at the moment. */
  readonly pid: number | undefined;
  /** The unit that is installed to do so; undefined where there is none. */
  readonly unit: string | undefined;
  /** What that unit runs and is not there any more, so that it cannot start; undefined if nothing is missing. */
  readonly missing: string | undefined;
  /** True where the process is that unit's; false for one that somebody has started by hand. */
  readonly isService: boolean;
}

/** Who watches the fleet, or will again; undefined for nobody. */
export function readWatcher(layout: Layout): Watcher | undefined {
  const pid = readLockHolder(watchLockPath(layout))?.pid;
  const installed = readInstalledWatch(layout);
  if (pid === undefined && installed === undefined) return undefined;
  const { unit, missing } = installed ?? { unit: undefined, missing: undefined };
  return { pid, unit, missing, isService: unit !== undefined && unitOfProcess(String(pid)) === unit };
}

/** Fleets of this account for which a service is installed that watches them, by this file if one is given. None, where that cannot be read. */
export function installedFleets(machine: Machine, followed?: string): readonly string[] {
  const { unitDir } = layoutOf("any", "any", machine);
  return unitsIn(unitDir).flatMap((unit) => {
    const fleet = /^(?<fleet>.+)-fleet\.service$/.exec(unit)?.groups?.["fleet"];
    const file = fleet === undefined ? undefined : readPath(join(unitDir, unit));
    if (file?.kind !== "file" || readMark(file.content)?.fleet !== fleet) return [];
    return followed === undefined || file.content.includes(quoteArgument(followed)) ? [fleet ?? ""] : [];
  });
}

function unitsIn(folder: string): readonly string[] {
  try {
    return listFolder(folder);
  } catch {
    return [];
  }
}
