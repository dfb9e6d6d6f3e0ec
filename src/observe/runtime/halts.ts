import { uptime } from "node:os";
import { holderDir, type Layout } from "../../desired/layout.ts";
import { listReadableFolder, readPath } from "../../drivers/files/read.ts";
import type { GroupHalt } from "../../observed/types.ts";

const prefix = "held-";

/** Returns the groups of agents of which none starts now. Reads a folder, and a file for each group. */
function readHalts(layout: Pick<Layout, "runtimeDir" | "holderUnit">): readonly GroupHalt[] {
  const folder = holderDir(layout);
  const groups = listReadableFolder(folder).flatMap((name) =>
    name.startsWith(prefix) ? [name.slice(prefix.length)] : [],
  );
  if (groups.length === 0) return [];
  const bootedMs = Date.now() - uptime() * 1000;
  return groups.flatMap((group) => {
    const file = readPath(`${folder}/${prefix}${group}`);
    return (file?.kind === "file" && parseHalt(group, file.content, bootedMs)) || [];
  });
}

/** Returns the halt of the first of these groups that has one. Reads them once. */
export function haltReader(
  layout: Pick<Layout, "runtimeDir" | "holderUnit">,
): (groups: readonly string[]) => GroupHalt | undefined {
  let known: readonly GroupHalt[] | undefined;
  return (groups) => {
    const halts = (known ??= readHalts(layout));
    return groups.map((name) => halts.find(({ group }) => group === name)).find((halt) => halt !== undefined);
  };
}

/**
 * Returns the halt in a file of the start script; undefined for another text. `bootedMs` is the time of the boot. The time of
 * the next trial is in whole seconds, so it stays the same.
 */
export function parseHalt(group: string, text: string, bootedMs: number): GroupHalt | undefined {
  const found = /^(?<count>\d+) (?<status>\d+|start) (?<until>\d+) \d+ (?<trial>\d+)\n$/.exec(text)?.groups;
  if (found === undefined) return undefined;
  const { count, status, until, trial } = found;
  return {
    group,
    count: Number(count),
    exitStatus: status === "start" ? undefined : Number(status),
    untilMs: Math.round((bootedMs + Number(until) * 10) / 1000) * 1000,
    isTrying: trial !== "0",
  };
}
