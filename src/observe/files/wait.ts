import { dirname } from "node:path/posix";
import { waitPath, type Layout } from "../../desired/layout.ts";
import { exists, modifiedMs, readPath } from "../../drivers/files/read.ts";
import type { ObservedWait } from "../../observed/types.ts";

/** Returns the waits of systemd for these agents, by name. Reads one file for each agent, and asks nobody. */
export function readWaits(names: readonly string[], layout: Layout): ReadonlyMap<string, ObservedWait> {
  return new Map(
    names.flatMap((name) => {
      const wait = readWait(waitPath(layout, name));
      return wait === undefined || wait.kind === "unready" ? [] : [[name, wait] as const];
    }),
  );
}

/** Returns the wait in a file of the start script; undefined if there is none. */
export function readWait(path: string): ObservedWait | undefined {
  if (!exists(path)) return undefined;
  const file = readPath(path);
  const sinceMs = modifiedMs(path);
  if (file?.kind !== "file" || sinceMs === undefined) return undefined;
  const found = /^(?<kind>stop|ready|unready) (?<limit>\d+) (?<words>.+)\n$/.exec(file.content)?.groups;
  if (found === undefined) return undefined;
  const limitMs = Number(found["limit"]);
  if (found["kind"] === "stop") return { kind: "stop", sinceMs, limitMs, words: found["words"] ?? "" };
  const asks = questionIn(`${dirname(path)}/asks`);
  const kind = found["kind"] === "ready" ? "ready" : "unready";
  return { kind, sinceMs, limitMs, words: "", ...(asks === undefined ? {} : { asks }) };
}

function questionIn(path: string): string | undefined {
  const file = readPath(path);
  const row = file?.kind === "file" ? file.content.trim() : "";
  return row === "" ? undefined : row;
}
