import { basename, dirname, join } from "node:path/posix";
import { fileOf } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Machine } from "../../machine/machine.ts";
import { pulledName } from "../../observe/files/git-revision.ts";
import type { SourceStatus } from "../../report/status/status-json.ts";

/** Returns the path of the source.yaml behind a fleet file a watch has fetched; undefined for any other file. */
export function sourceFileBehind(file: string | undefined): string | undefined {
  const folder = file === undefined ? "" : dirname(file);
  return basename(folder) === pulledName ? join(dirname(folder), "source.yaml") : undefined;
}

/** Returns the Git source of a fleet; undefined for a fleet without one. */
export async function sourceStatusOf(
  config: FleetConfig,
  machine: Machine,
): Promise<SourceStatus | undefined> {
  const file = sourceFileBehind(fileOf(config));
  if (file === undefined) return undefined;
  const { ordersOf, readSource } = await import("../../source/read-source.ts");
  const source = readSource(file, machine);
  if (!source.ok) return undefined;
  const { settings, placed, seen } = source.value;
  return {
    ref: settings.ref,
    revision: placed,
    isPinned: ordersOf(source.value).pin !== undefined,
    trouble: seen?.trouble ?? undefined,
  };
}
