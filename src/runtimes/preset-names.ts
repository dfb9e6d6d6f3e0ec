/** The names of the presets, in the order of the documentation. */
export const presetNames = ["claude", "codex", "gemini", "opencode", "aider", "shell"] as const;

/** The name of a preset: the program it is for. */
export type PresetName = (typeof presetNames)[number];

/** Returns true for the name of a preset. */
export function isPresetName(word: string): word is PresetName {
  return (presetNames as readonly string[]).includes(word);
}
