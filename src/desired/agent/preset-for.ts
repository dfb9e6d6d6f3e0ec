import type { AgentConfig, FleetConfig } from "../../config/types.ts";
import type { Preset } from "../../runtimes/preset.ts";
import { presetOfProgram, programOf } from "../../runtimes/program.ts";

/**
 * Returns the facts about the program of an agent, whose entry has the fleet's defaults; undefined for an unknown program.
 */
export function presetFor(
  { command, runtime }: Pick<AgentConfig, "command" | "runtime">,
  { runtimes }: Pick<FleetConfig, "runtimes">,
): Preset | undefined {
  const named = runtime !== undefined && Object.hasOwn(runtimes, runtime) ? runtimes[runtime] : undefined;
  const program = programOf(named, command);
  return program === undefined ? undefined : presetOfProgram(program);
}
