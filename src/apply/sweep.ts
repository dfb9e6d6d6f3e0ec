import { basename, dirname, join } from "node:path/posix";
import {
  agentOfUnit,
  appliedFilePath,
  dropInPath,
  type Layout,
  dropInName,
  isDropInFolder,
} from "../desired/layout.ts";
import { uiUnit } from "../desired/files/ui-service.ts";
import { watchUnit } from "../desired/files/watch-service.ts";
import { linkTarget } from "../drivers/files/permissions.ts";
import { listReadableFolder } from "../drivers/files/read.ts";
import { sweepFolder } from "../drivers/files/sweep.ts";
import { pruneFolders } from "../drivers/files/write.ts";

/**
 * Longer than any plan takes to write its configuration to the cache, ms: it does so without the fleet's
 * lock.
 */
const cacheGraceMs = 60_000;

/**
 * Removes the temporary files of killed runs from the folders of this fleet. Only for the fleet's one writer:
 * then the process behind such a file is dead. In folders shared by fleets, goes by the file's final name.
 */
export function sweepLeftovers(layout: Layout, cacheHome: string): void {
  const anyName = (): boolean => true;
  const own = [layout.holderUnit, layout.templateUnit, watchUnit(layout), uiUnit(layout)];
  const isUnit = (name: string): boolean => own.includes(name) || agentOfUnit(layout, name) !== undefined;
  for (const folder of [layout.unitDir, layout.wantsDir]) sweepFolder(folder, { isOurs: isUnit });
  const applied = basename(appliedFilePath(layout));
  sweepFolder(layout.stateDir, { isOurs: (name) => name === applied });
  for (const folder of [layout.envDir, dirname(layout.scriptPath)]) {
    if (isOwnFolder(folder)) sweepFolder(folder, { isOurs: anyName });
  }
  for (const folder of dropInFolders(layout)) {
    const removed = isOwnFolder(folder) ? sweepFolder(folder, { isOurs: (name) => name === dropInName }) : 0;
    if (removed > 0) pruneFolders([folder]);
  }
  sweepFolder(join(cacheHome, "mosaic-fleet"), { isOurs: anyName, olderThanMs: cacheGraceMs });
}

/** Removes the empty folders of a fleet after a killed destroy. */
export function sweepEmptyFolders({ scriptPath, envDir }: Layout): void {
  const scripts = dirname(scriptPath);
  const inner = [scripts, dirname(scripts), envDir, dirname(envDir)];
  pruneFolders([...inner, dirname(dirname(envDir))]);
}

function dropInFolders(layout: Layout): readonly string[] {
  return listReadableFolder(layout.unitDir).flatMap((name) => {
    const agent = isDropInFolder(name) ? agentOfUnit(layout, name.slice(0, -".d".length)) : undefined;
    return agent === undefined ? [] : [dirname(dropInPath(layout, agent))];
  });
}

/** Returns false for a link, because it leads to a foreign folder: see plan/view/folder-check.ts. */
function isOwnFolder(path: string): boolean {
  try {
    return linkTarget(path) === undefined;
  } catch {
    return false;
  }
}
