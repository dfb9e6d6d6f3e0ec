import { loadFleet, type LoadedFleet } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { isRegularFile } from "../../drivers/files/read.ts";
import type { CommonFlags } from "./flags.ts";
import type { Context } from "./context.ts";

/** The first read of each run, by its flags, because a pipe can be read once. */
const firstReads = new WeakMap<CommonFlags, LoadedFleet>();

/** Returns the first read of fleet.yaml in this run, undefined before it. */
export function firstRead({ flags }: Context): LoadedFleet | undefined {
  return firstReads.get(flags);
}

/** Reads fleet.yaml as the flags name it, and shows what the user should know of the file. */
export async function readFleet(context: Context): Promise<Result<FleetConfig>> {
  const loaded = await readFleetFile(context);
  return loaded.ok ? ok(loaded.value.config) : loaded;
}

/** The same with the text, for those who show lines of it. */
export async function readFleetFile({ flags, machine, output }: Context): Promise<Result<LoadedFleet>> {
  const { home, configHome, cacheHome } = machine;
  const loaded = await loadFleet({ path: flags.file, home, configHome, cacheHome });
  if (!loaded.ok) return loaded;
  firstReads.set(flags, loaded.value);
  for (const warning of loaded.value.warnings) {
    // The one JSON object is the result's.
    if (output.options.json) output.remark(`Warning: ${warning.summary}: ${warning.hint}`);
    else output.diagnostics([warning]);
  }
  return loaded;
}

/** Reads it once more, for somebody may have edited it since; of a pipe, what it said is what it says. */
export async function readFleetAgain({ flags, machine }: Context): Promise<Result<FleetConfig>> {
  const known = firstReads.get(flags);
  if (known !== undefined && flags.file !== undefined && !isRegularFile(flags.file)) return ok(known.config);
  const { home, configHome, cacheHome } = machine;
  const loaded = await loadFleet({ path: flags.file, home, configHome, cacheHome });
  return loaded.ok ? ok(loaded.value.config) : loaded;
}
