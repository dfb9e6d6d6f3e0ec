import { loadFleet } from "../../config/file/load.ts";
import { followedByWatch, watchUnitPath } from "../../desired/files/watch-service.ts";
import { instancesOf } from "../../desired/instances.ts";
import { layoutOf, watchLockPath } from "../../desired/layout.ts";
import { exists, readPath } from "../../drivers/files/read.ts";
import type { Machine } from "../../machine/machine.ts";
import { readLockHolder } from "../../observe/watch/lock-holder.ts";
import { anchorOf, ordersOf, readSource } from "../../source/read-source.ts";
import { pulledFile, sourceFile } from "../../source/source-paths.ts";
import type { FollowedAgents } from "../../transport/frames.ts";

/**
 * Returns the agents that the watch of a fleet may start on this machine, whether it runs now or after the next boot: those
 * in the files it follows. Anything that cannot be read, or that the watch has not come to the end of, is unknown.
 */
export async function followedHere(fleet: string, machine: Machine): Promise<FollowedAgents> {
  const { files, sources } = followedFiles(fleet, machine);
  for (const source of sources) {
    const why = unsettled(source, machine);
    if (why !== undefined) return { kind: "unknown", why };
  }
  const agents = new Set<string>();
  for (const path of new Set([...files, ...sources.map(pulledFile)])) {
    const { home, configHome } = machine;
    const loaded = await loadFleet({ path, home, configHome });
    if (!loaded.ok) return { kind: "unknown", why: "unreadable" };
    for (const { name } of instancesOf(loaded.value.config)) agents.add(name);
  }
  return { kind: "known", agents: [...agents] };
}

/** Returns everything that a watch of the fleet follows: by its lock, by its service, and by the usual source.yaml. */
function followedFiles(
  fleet: string,
  machine: Machine,
): { readonly files: readonly string[]; readonly sources: readonly string[] } {
  const layout = layoutOf(fleet, `${fleet}-factory`, machine);
  const running = readLockHolder(watchLockPath(layout))?.file;
  const unit = readPath(watchUnitPath(layout));
  const installed = unit?.kind === "file" ? followedByWatch(unit.content) : undefined;
  const usual = sourceFile(fleet, machine);
  return {
    files: [
      ...(running === undefined ? [] : [running]),
      ...(installed?.option === "file" ? [installed.path] : []),
    ],
    sources: [
      ...new Set([
        ...(exists(usual) ? [usual] : []),
        ...(installed?.option === "source" ? [installed.path] : []),
      ]),
    ],
  };
}

/** Returns why the next file in place may be another one than the present one; undefined if only a newer revision may. */
function unsettled(file: string, machine: Machine): "pinned" | "behind" | "unreadable" | undefined {
  const source = readSource(file, machine);
  if (!source.ok || source.value.orders.kind === "broken") return "unreadable";
  const { placed } = source.value;
  const { pin } = ordersOf(source.value);
  if (pin !== undefined && pin.revision !== placed) return "pinned";
  const isApplied = placed !== undefined && anchorOf(source.value)?.revision === placed;
  if (isApplied) return undefined;
  return pin === undefined ? "behind" : "pinned";
}
