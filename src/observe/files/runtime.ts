import { killedSuffix } from "../../desired/layout.ts";
import { exists, listFolder, modifiedMs, readPath } from "../../drivers/files/read.ts";
import type { ObservedRuntime } from "../../observed/types.ts";

/**
 * Returns what the start script keeps of each agent in the fleet's runtime directory, except those to be passed over. Nothing,
 * if it cannot be read.
 */
export function readRuntime(
  runtimeDir: string,
  passOver: ReadonlySet<string>,
): ReadonlyMap<string, ObservedRuntime> {
  const entries = entriesOf(runtimeDir);
  const agents = entries.map((entry) =>
    entry.endsWith(killedSuffix) ? entry.slice(0, -killedSuffix.length) : entry,
  );
  const killed = new Set(entries.filter((entry) => entry.endsWith(killedSuffix)));
  return new Map(
    [...new Set(agents)]
      .filter((agent) => !passOver.has(agent))
      .map((agent) => {
        const killedAfterMs = killed.has(`${agent}${killedSuffix}`)
          ? numberIn(`${runtimeDir}/${agent}${killedSuffix}`)
          : undefined;
        const runtime = readAgent(`${runtimeDir}/${agent}`);
        return [agent, killedAfterMs === undefined ? runtime : { ...runtime, killedAfterMs }];
      }),
  );
}

function entriesOf(runtimeDir: string): readonly string[] {
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
