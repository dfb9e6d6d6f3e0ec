import type { AgentConfig, FleetConfig } from "../config/types.ts";
import type { Preset } from "../runtimes/preset.ts";
import { presetOf, presets } from "../runtimes/presets.ts";

/**
 * Returns the facts about the program of an agent, whose entry has the fleet's defaults; undefined for an unknown program.
 */
export function presetFor(
  { command, runtime }: Pick<AgentConfig, "command" | "runtime">,
  { runtimes }: Pick<FleetConfig, "runtimes">,
): Preset | undefined {
  const ofRuntime =
    runtime !== undefined && Object.hasOwn(runtimes, runtime) ? runtimes[runtime]?.command : undefined;
  const line = command ?? ofRuntime;
  const name = line === undefined ? undefined : presetOf(line);
  return name === undefined ? undefined : presets[name];
}
