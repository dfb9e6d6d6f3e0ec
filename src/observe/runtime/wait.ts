import { dirname } from "node:path/posix";
import { waitPath, type Layout } from "../../desired/layout.ts";
import { exists, modifiedMs, readPath } from "../../drivers/files/read.ts";
import type { GroupHalt, UnitWait } from "../../observed/types.ts";
import { haltReader } from "./halts.ts";

/** Returns the waits of systemd for these agents, by name. Reads one file for each agent, and asks nobody. */
export function readWaits(names: readonly string[], layout: Layout): ReadonlyMap<string, UnitWait> {
  const haltOf = haltReader(layout);
  return new Map(
    names.flatMap((name) => {
      const wait = readWait(waitPath(layout, name), haltOf);
      return wait === undefined || wait.kind === "unready" ? [] : [[name, wait] as const];
    }),
  );
}

/**
 * Returns the wait in a file of the start script; undefined if there is none. `haltOf` returns the reason why none of some
 * groups starts.
 */
export function readWait(
  path: string,
  haltOf: (groups: readonly string[]) => GroupHalt | undefined = () => undefined,
): UnitWait | undefined {
  if (!exists(path)) return undefined;
  const file = readPath(path);
  const sinceMs = modifiedMs(path);
  if (file?.kind !== "file" || sinceMs === undefined) return undefined;
  const found = /^(?<kind>stop|ready|unready|turn|limit) (?<limit>\d+) (?<words>.+)\n$/.exec(
    file.content,
  )?.groups;
  if (found === undefined) return undefined;
  const limitMs = Number(found["limit"]);
  const words = found["words"] ?? "";
  if (found["kind"] === "stop") return { kind: "stop", sinceMs, limitMs, words };
  if (found["kind"] === "limit") {
    // A person has ended the wait if its limit is gone: the start script looks from time to time.
    if (!exists(`${dirname(path)}/limit`)) return undefined;
    return { kind: "limit", sinceMs, limitMs, words, untilMs: Number(words) * 1000 };
  }
  if (found["kind"] === "turn") {
    const halt = haltOf(words.split(" "));
    return { kind: "turn", sinceMs, limitMs, words, ...(halt === undefined ? {} : { halt }) };
  }
  const asks = questionIn(`${dirname(path)}/asks`);
  const kind = found["kind"] === "ready" ? "ready" : "unready";
  return { kind, sinceMs, limitMs, words: "", ...(asks === undefined ? {} : { asks }) };
}

function questionIn(path: string): string | undefined {
  const file = readPath(path);
  const row = file?.kind === "file" ? file.content.trim() : "";
  return row === "" ? undefined : row;
}
