import { join } from "node:path/posix";
import { layoutOf, watchLockPath, type Layout } from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import { quoteArgument } from "../../desired/files/watch-service.ts";
import { listFolder, readPath } from "../../drivers/files/read.ts";
import type { Machine } from "../../machine/machine.ts";
import { readLockHolder } from "./lock-holder.ts";
import type { Polling } from "../../observed/polling.ts";
import { unitOfProcess } from "../tmux/observe-tmux.ts";
import { readInstalledWatch } from "./watch-program.ts";

/** What keeps a fleet in line with its file. */
export interface Watcher {
  /** Of the process that watches; undefined where none does at the moment. */
  readonly pid: number | undefined;
  /** The unit that is installed to do so; undefined where there is none. */
  readonly unit: string | undefined;
  /** What that unit runs and is not there any more, so that it cannot start; undefined if nothing is missing. */
  readonly missing: string | undefined;
  /** Of the tool that the process runs; undefined if no process watches, or for a version before 0.1.0. */
  readonly version: string | undefined;
  /** True where the process is that unit's; false for one that somebody has started by hand. */
  readonly isService: boolean;
  /** What the process polls, because the kernel does not report the changes there; undefined for nothing. */
  readonly polling: Polling | undefined;
}

/** Who watches the fleet, or will again; undefined for nobody. */
export function readWatcher(layout: Layout): Watcher | undefined {
  const { pid, version, polling } = readLockHolder(watchLockPath(layout)) ?? {};
  const installed = readInstalledWatch(layout);
  if (pid === undefined && installed === undefined) return undefined;
  const { unit, missing } = installed ?? { unit: undefined, missing: undefined };
  const isService = unit !== undefined && unitOfProcess(String(pid)) === unit;
  return { pid, version, unit, missing, isService, polling };
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
