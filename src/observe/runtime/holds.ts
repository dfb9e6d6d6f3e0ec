import { uptime } from "node:os";
import { holderDir, type Layout } from "../../desired/layout.ts";
import { listReadableFolder, readPath } from "../../drivers/files/read.ts";
import type { ObservedHold } from "../../observed/types.ts";

const prefix = "held-";

/** Returns the groups of agents of which none starts now. Reads a folder, and a file for each group. */
function readHolds(layout: Pick<Layout, "runtimeDir" | "holderUnit">): readonly ObservedHold[] {
  const folder = holderDir(layout);
  const groups = listReadableFolder(folder).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
  if (groups.length === 0) return [];
  const bootedMs = Date.now() - uptime() * 1000;
  return groups.flatMap((group) => {
    const file = readPath(`${folder}/${prefix}${group}`);
    return (file?.kind === "file" && parseHold(group, file.content, bootedMs)) || [];
  });
}

/** Returns the hold of the first of these groups that has one. Reads them once. */
export function holdReader(
  layout: Pick<Layout, "runtimeDir" | "holderUnit">,
): (groups: readonly string[]) => ObservedHold | undefined {
  let known: readonly ObservedHold[] | undefined;
  return (groups) => {
    const holds = (known ??= readHolds(layout));
    return groups.map((name) => holds.find(({ group }) => group === name)).find((hold) => hold !== undefined);
  };
}

/**
 * Returns the hold in a file of the start script; undefined for another text. `bootedMs` is the time of the boot. The time of
 * the next try is in whole seconds, so it stays the same.
 */
export function parseHold(group: string, text: string, bootedMs: number): ObservedHold | undefined {
  const found = /^(?<count>\d+) (?<status>\d+|start) (?<until>\d+) \d+ (?<probe>\d+)\n$/.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { count, status, until, probe } = found;
  return {
    group,
    count: Number(count),
    exitStatus: status === "start" ? undefined : Number(status),
    untilMs: Math.round((bootedMs + Number(until) * 10) / 1000) * 1000,
    isTrying: probe !== "0",
  };
}
