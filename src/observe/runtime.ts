import { listFolder, modifiedMs, readPath } from "../drivers/files/read.ts";
import type { ObservedRuntime } from "./types.ts";

/** What the start script keeps of each agent below the fleet's runtime directory. Nothing, where it cannot be read. */
export function readRuntime(runtimeDir: string): ReadonlyMap<string, ObservedRuntime> {
  return new Map(foldersOf(runtimeDir).map((agent) => [agent, readAgent(`${runtimeDir}/${agent}`)]));
}

function foldersOf(runtimeDir: string): readonly string[] {
  try {
    return listFolder(runtimeDir);
  } catch {
    return [];
  }
}

function readAgent(folder: string): ObservedRuntime {
  return {
    startedMs: modifiedMs(`${folder}/pid`),
    exitStatus: numberIn(readPath(`${folder}/status`)),
    restarts: numberIn(readPath(`${folder}/restarts`)) ?? 0,
  };
}

function numberIn(file: ReturnType<typeof readPath>): number | undefined {
  if (file?.kind !== "file" || !/^\d+\s*$/.test(file.content)) return undefined;
  return Number(file.content);
}
