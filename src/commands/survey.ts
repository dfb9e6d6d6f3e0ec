import { loadFleet } from "../config/load.ts";
import type { FleetConfig } from "../config/types.ts";
import { inputPaths } from "../desired/inputs.ts";
import { layoutOf } from "../desired/layout.ts";
import { resolveFleet } from "../desired/resolve.ts";
import type { Desired } from "../desired/types.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import { observe } from "../observe/observe.ts";
import type { Observed } from "../observe/types.ts";
import { isRegularFile } from "../drivers/files/read.ts";
import type { CommonFlags, Context } from "./context.ts";

/** Both sides of a comparison. */
export interface Survey {
  readonly config: FleetConfig;
  readonly desired: Desired;
  readonly observed: Observed;
}

/** What was read for the first time, by the flags of the run: a pipe can be read once. */
const firstReads = new WeakMap<CommonFlags, FleetConfig>();

/** Reads fleet.yaml as the flags name it, and shows what the user should know of the file. */
export async function readFleet({ flags, machine, output }: Context): Promise<Result<FleetConfig>> {
  const { configHome, cacheHome } = machine;
  const loaded = await loadFleet({ path: flags.file, configHome, cacheHome });
  if (!loaded.ok) return loaded;
  firstReads.set(flags, loaded.value.config);
  for (const warning of loaded.value.warnings) {
    // The one JSON object is the result's.
    if (output.options.json) output.remark(`Warning: ${warning.summary}: ${warning.hint}`);
    else output.diagnostics([warning]);
  }
  return ok(loaded.value.config);
}

/** Reads it once more, for somebody may have edited it since; of a pipe, what it said is what it says. */
export async function readFleetAgain({ flags, machine }: Context): Promise<Result<FleetConfig>> {
  const known = firstReads.get(flags);
  if (known !== undefined && flags.file !== undefined && !isRegularFile(flags.file)) return ok(known);
  const { configHome, cacheHome } = machine;
  const loaded = await loadFleet({ path: flags.file, configHome, cacheHome });
  return loaded.ok ? ok(loaded.value.config) : loaded;
}

/** Reads the machine as far as it concerns the fleet, and works out what should be true of it. */
export async function survey(config: FleetConfig, { machine, exec }: Context): Promise<Result<Survey>> {
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const observed = await observe(layout, inputPaths(config, machine.home), exec);
  if (!observed.ok) return observed;
  return ok({
    config,
    observed: observed.value,
    desired: resolveFleet(config, machine, observed.value.inputs),
  });
}
