import { killedSuffix, memorySuffix, type Layout } from "../../desired/layout.ts";
import { clockGrainMs, exists, listReadableFolder, modifiedMs, readPath } from "../../drivers/files/read.ts";
import { haltReader } from "./halts.ts";
import { readWait } from "./wait.ts";
import type { MemoryEnd, ObservedRun } from "../../observed/types.ts";

/**
 * Returns the start script's files on each agent in the fleet's runtime directory, except for agents to pass
 * over. Returns none for an unreadable directory.
 */
export function readRuntime(
  layout: Pick<Layout, "runtimeDir" | "holderUnit">,
  passOver: Pick<ReadonlySet<string>, "has">,
): ReadonlyMap<string, ObservedRun> {
  const { runtimeDir } = layout;
  const haltOf = haltReader(layout);
  const entries = listReadableFolder(runtimeDir);
  const agents = entries.map((entry) => {
    const suffix = suffixes.find((each) => entry.endsWith(each));
    return suffix === undefined ? entry : entry.slice(0, -suffix.length);
  });
  const ends = new Set(entries.filter((entry) => suffixes.some((suffix) => entry.endsWith(suffix))));
  return new Map(
    [...new Set(agents)]
      .filter((agent) => !passOver.has(agent))
      .map((agent) => {
        const path = `${runtimeDir}/${agent}`;
        const killedAfterMs = ends.has(`${agent}${killedSuffix}`)
          ? numberIn(`${path}${killedSuffix}`)
          : undefined;
        const memoryEnd = ends.has(`${agent}${memorySuffix}`)
          ? memoryEndIn(`${path}${memorySuffix}`)
          : undefined;
        return [
          agent,
          {
            ...readAgent(path, haltOf),
            ...(killedAfterMs === undefined ? {} : { killedAfterMs }),
            ...(memoryEnd === undefined ? {} : { memoryEnd }),
          },
        ];
      }),
  );
}

/** The endings of files next to the directory of an agent. */
const suffixes = [killedSuffix, memorySuffix];

/** Returns the end in a file with a limit in bytes, or a word if it was no limit of the agent. */
function memoryEndIn(path: string): MemoryEnd | undefined {
  const atMs = modifiedMs(path);
  return atMs === undefined ? undefined : { atMs, limitBytes: numberIn(path) };
}

function readAgent(folder: string, haltOf: ReturnType<typeof haltReader>): ObservedRun {
  const wait = readWait(`${folder}/wait`, haltOf);
  const config = textIn(`${folder}/config`);
  return {
    startedMs: modifiedMs(`${folder}/pid`),
    exitStatus: numberIn(`${folder}/status`),
    restarts: numberIn(`${folder}/restarts`) ?? 0,
    ...(wait === undefined ? {} : { wait }),
    ...(config === undefined ? {} : { config: config.trimEnd(), pid: numberIn(`${folder}/pid`) }),
  };
}

/** Returns true if one of these agents has started since this time, ms since the epoch. */
export function hasStartedSince(runtime: ReadonlyMap<string, ObservedRun>, sinceMs: number): boolean {
  return [...runtime.values()].some(({ startedMs = 0 }) => startedMs >= sinceMs - clockGrainMs);
}

/** Returns the text of a file; undefined without one. Asks first, because agents have none. */
function textIn(path: string): string | undefined {
  const file = exists(path) ? readPath(path) : undefined;
  return file?.kind === "file" ? file.content : undefined;
}

/**
 * Returns the number in a file. Asks whether the file exists first, because most of them do not and the
 * question is cheap.
 */
function numberIn(path: string): number | undefined {
  const file = exists(path) ? readPath(path) : undefined;
  if (file?.kind !== "file" || !/^\d+\s*$/.test(file.content)) return undefined;
  return Number(file.content);
}
