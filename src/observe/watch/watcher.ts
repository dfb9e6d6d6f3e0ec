import { join } from "node:path/posix";
import { layoutOf, watchLockPath, type Layout } from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import { quoteArgument, watchSuffix } from "../../desired/files/watch-service.ts";
import { listReadableFolder, readPath } from "../../drivers/files/read.ts";
import type { Machine } from "../../machine/machine.ts";
import { readLockHolder } from "./lock-holder.ts";
import type { Polling } from "../../observed/polling.ts";
import { unitOfProcess } from "../tmux/observe-tmux.ts";
import { readInstalledWatch } from "./watch-program.ts";

/** The process or service that keeps a fleet in line with its file. */
export interface Watcher {
  /** Id of the watching process; undefined if none runs now. */
  readonly pid: number | undefined;
  /** The installed unit; undefined if there is none. */
  readonly unit: string | undefined;
  /** The missing program of the unit, which cannot start without it; undefined if nothing is missing. */
  readonly missing: string | undefined;
  /** Version of the process's tool; undefined if no process watches, or for a version before 0.1.0. */
  readonly version: string | undefined;
  /** True if the process is the unit's; false if it was started by hand. */
  readonly isService: boolean;
  /**
   * The folders under polling, because the kernel does not report their changes; undefined if there are none.
   */
  readonly polling: Polling | undefined;
}

/** Returns the present or future watch of the fleet; undefined if there is neither. */
export function readWatcher(layout: Layout): Watcher | undefined {
  const { pid, version, polling } = readLockHolder(watchLockPath(layout)) ?? {};
  const installed = readInstalledWatch(layout);
  if (pid === undefined && installed === undefined) return undefined;
  const { unit, missing } = installed ?? { unit: undefined, missing: undefined };
  const isService = unit !== undefined && unitOfProcess(String(pid)) === unit;
  return { pid, version, unit, missing, isService, polling };
}

/**
 * Returns the fleets of this account with an installed service, by default that of a watch, by this file if one is given. Returns
 * none if the folder cannot be read.
 */
export function installedFleets(
  machine: Machine,
  followed?: string,
  suffix = watchSuffix,
): readonly string[] {
  const { unitDir } = layoutOf("any", "any", machine);
  return listReadableFolder(unitDir).flatMap((unit) => {
    const fleet = unit.endsWith(suffix) ? unit.slice(0, -suffix.length) || undefined : undefined;
    const file = fleet === undefined ? undefined : readPath(join(unitDir, unit));
    if (file?.kind !== "file" || readMark(file.content)?.fleet !== fleet) return [];
    return followed === undefined || file.content.includes(quoteArgument(followed)) ? [fleet ?? ""] : [];
  });
}
