import type { Preset, ScreenPatterns } from "./preset.ts";
import type { PresetName } from "./preset-names.ts";
import { presetOf, presets } from "./presets.ts";

/** The program of an agent, as declared in fleet.yaml: its preset, and replacements for parts of it. */
export interface Program {
  readonly preset: PresetName;
  readonly activity?: "hooks" | "screen" | "off" | undefined;
  /** ms */
  readonly enterDelay?: number | undefined;
  readonly interrupt?: readonly string[] | undefined;
  /** Regular expressions as text. */
  readonly screen?: ScreenTexts | undefined;
}

interface ScreenTexts {
  readonly prompt?: string | undefined;
  readonly busy?: string | undefined;
  readonly dialogs?: readonly string[] | undefined;
  readonly limits?: readonly string[] | undefined;
}

/** A runtime, as far as it matters here. */
interface Runtime extends Omit<Program, "preset"> {
  readonly preset?: PresetName | undefined;
  readonly command: string | readonly string[];
}

/**
 * Returns the program of an agent with a runtime or a command of its own, which wins. Without a preset in fleet.yaml, a
 * command of a known program has its preset, except for a shell. Undefined for an unknown program.
 */
export function programOf(
  runtime: Runtime | undefined,
  command: string | readonly string[] | undefined,
): Program | undefined {
  const own = command === undefined ? undefined : presetOf(command);
  const declared = runtime?.preset;
  if (runtime !== undefined && declared !== undefined && (own === undefined || own === declared)) {
    const { activity, enterDelay, interrupt, screen } = runtime;
    return { preset: declared, activity, enterDelay, interrupt, screen };
  }
  const found = command === undefined ? runtime && presetOf(runtime.command) : own;
  if (found === undefined || found === "shell") return undefined;
  const { activity, enterDelay, interrupt, screen } = runtime ?? {};
  return { preset: found, activity, enterDelay, interrupt, screen };
}

const knownPresets = new WeakMap<Program, Preset>();

/** Returns the preset of a program, with the parts fleet.yaml replaces. Remembers it: expressions take time. */
export function presetOfProgram(program: Program): Preset {
  const remembered = knownPresets.get(program);
  if (remembered !== undefined) return remembered;
  const preset: Preset = presets[program.preset];
  const { enterDelay, interrupt, screen } = program;
  const result: Preset = {
    ...preset,
    enterDelayMs: enterDelay ?? preset.enterDelayMs,
    interrupt: interrupt ?? preset.interrupt,
    screen: screen === undefined ? preset.screen : patternsOf(preset.screen, screen),
  };
  knownPresets.set(program, result);
  return result;
}

function patternsOf(preset: ScreenPatterns, { prompt, busy, dialogs, limits }: ScreenTexts): ScreenPatterns {
  return {
    prompt: prompt === undefined ? preset.prompt : patternOf(prompt),
    emptyPrompt: prompt === undefined ? preset.emptyPrompt : undefined,
    busy: busy === undefined ? preset.busy : patternOf(busy),
    dialogs: dialogs?.map((row) => ({ kind: "permission", row: patternOf(row) }) as const) ?? preset.dialogs,
    limits: limits?.map(patternOf) ?? preset.limits,
  };
}

/** Returns a regular expression. The schema of fleet.yaml refuses any other text. */
function patternOf(text: string): RegExp {
  return new RegExp(text, "iu");
}
