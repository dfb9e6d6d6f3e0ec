import { shellWord } from "../text/shell-word.ts";
import type { PresetName } from "./preset-names.ts";
import { presets } from "./presets.ts";

/** A runtime with a preset, as fleet.yaml declares it. */
export interface PresetUse {
  readonly preset: PresetName;
  /** The way to run the program: a line for sh, or a program with its arguments. Undefined for the preset's own. */
  readonly command: string | readonly string[] | undefined;
  /** A line for sh, or false for no conversation. Undefined for the preset's own. */
  readonly resume: string | false | undefined;
  readonly activity: "hooks" | "screen" | "off" | undefined;
}

/**
 * Returns the line for sh that runs a preset. It names the preset and contains none of it, so another version of the preset
 * is no change of an agent. The start script sets `MOSAIC_AGENT_TOOLS`.
 */
export function presetLine({ preset, command, resume, activity }: PresetUse): string {
  const own =
    command === undefined || typeof command === "string" ? command : command.map(shellWord).join(" ");
  const words = [
    ...(activity === "screen" || activity === "off" ? ["--no-hooks"] : []),
    ...(resume === undefined && own !== undefined && choosesConversation(preset, own) ? ["--as-is"] : []),
    ...(resume === undefined ? [] : ["--resume", resume === false ? "''" : shellWord(resume)]),
    ...(own === undefined ? [] : [shellWord(own)]),
  ];
  return ['exec "$MOSAIC_AGENT_TOOLS/mosaic-runtime"', preset, ...words].join(" ");
}

/** Returns true for a command with a conversation to begin or to continue. */
function choosesConversation(preset: PresetName, command: string): boolean {
  return presets[preset].conversation?.chosen?.test(command) ?? false;
}
