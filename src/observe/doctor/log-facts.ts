import { accessSync, constants, statfsSync, statSync, type Stats } from "node:fs";
import { dirname } from "node:path/posix";
import type { Desired } from "../../desired/types.ts";
import { parseLogSetting } from "../../desired/log-setting.ts";
import { recordsFolder } from "../../desired/layout.ts";
import type { LogDisk, LogFacts, LogObstacle } from "../../doctor/log-facts.ts";
import { observeLogFiles } from "../files/log-files.ts";

/** Looks at the folders, files and disks of all declared logs. Writes nothing. */
export function observeLogs({ agents, layout }: Desired, uid: number): LogFacts {
  const obstacles: LogObstacle[] = [];
  const disks = new Map<number, LogDisk>();
  const common = nearest(layout.recordsDir);
  for (const { name: agent, log } of agents) {
    if (log === undefined) continue;
    const { path, bytes } = observeLogFiles(layout, agent);
    const folder = nearest(recordsFolder(layout, agent));
    const obstacle = folderObstacle(folder) ?? fileObstacle(path);
    if (obstacle !== undefined) {
      const { stat, ...rest } = obstacle;
      obstacles.push({ agent, ...rest, uid: stat.uid, mode: stat.mode & 0o7777, isOwn: stat.uid === uid });
    }
    const { maxBytes, keep } = parseLogSetting(log);
    const growthBytes = Math.max(0, maxBytes * (keep + 1) - bytes);
    const disk =
      disks.get(folder.stat.dev) ?? diskOf(folder.stat.dev === common.stat.dev ? common.path : folder.path);
    if (disk !== undefined)
      disks.set(folder.stat.dev, { ...disk, growthBytes: disk.growthBytes + growthBytes });
  }
  return { obstacles, disks: [...disks.values()] };
}

interface StatedPath {
  readonly path: string;
  readonly stat: Stats;
}

type StatedObstacle = StatedPath & Pick<LogObstacle, "problem">;

/** Returns the innermost thing on the way to a folder that exists and can be asked for. */
function nearest(folder: string): StatedPath {
  for (let path = folder; ; path = dirname(path)) {
    const stat = statOf(path);
    if (stat !== undefined) return { path, stat };
  }
}

function folderObstacle({ path, stat }: StatedPath): StatedObstacle | undefined {
  if (!stat.isDirectory()) return { path, stat, problem: "no-folder" };
  const problem = barrierTo(path, constants.W_OK | constants.X_OK);
  return problem && { path, stat, problem };
}

function fileObstacle(path: string): StatedObstacle | undefined {
  const stat = statOf(path);
  if (stat === undefined) return undefined;
  if (!stat.isFile()) return { path, stat, problem: "no-file" };
  const problem = barrierTo(path, constants.W_OK);
  return problem && { path, stat, problem };
}

function barrierTo(path: string, mode: number): "denied" | "read-only" | undefined {
  try {
    accessSync(path, mode);
    return undefined;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EROFS" ? "read-only" : "denied";
  }
}

function statOf(path: string): Stats | undefined {
  try {
    return statSync(path);
  } catch {
    return undefined;
  }
}

function diskOf(path: string): LogDisk | undefined {
  try {
    const { bavail, blocks, bsize } = statfsSync(path);
    return { path, freeBytes: bavail * bsize, totalBytes: blocks * bsize, growthBytes: 0 };
  } catch {
    return undefined;
  }
}
