import { exists, listFolder, modifiedMs, readPath } from "../drivers/files/read.ts";
import type { ObservedRuntime } from "./types.ts";

/**
 * What the start script keeps of each agent below the fleet's runtime directory, but for those to be passed over. Nothing,
 * where it cannot be read.
 */
export function readRuntime(
  runtimeDir: string,
  passOver: ReadonlySet<string>,
): ReadonlyMap<string, ObservedRuntime> {
  const agents = foldersOf(runtimeDir).filter((agent) => !passOver.has(agent));
  return new Map(agents.map((agent) => [agent, readAgent(`${runtimeDir}/${agent}`)]));
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
    exitStatus: numberIn(`${folder}/status`),
    restarts: numberIn(`${folder}/restarts`) ?? 0,
  };
}

/** Most of these files are not there, as a rule: hence the cheaper question first. */
function numberIn(path: string): number | undefined {
  const file = exists(path) ? readPath(path) : undefined;
  if (file?.kind !== "file" || !/^\d+\s*$/.test(file.content)) return undefined;
  return Number(file.content);
}
