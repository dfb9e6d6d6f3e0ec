import { isPresetName, type PresetName } from "../runtimes/preset-names.ts";
import type { Preset } from "../runtimes/preset.ts";
import { presets } from "../runtimes/presets.ts";
import type { Finding } from "./finding.ts";
import type { ProgramUse } from "./program-findings.ts";

/** An installed program of a preset that was made for one version. */
export interface InstalledProgram {
  readonly preset: PresetName;
  /** Absolute. */
  readonly program: string;
  /** The PATH of its agents. */
  readonly path: string;
  readonly madeFor: string;
  readonly agents: readonly string[];
}

/** Returns the programs to ask for their version. `find` looks a program up on a PATH. Pure, except for `find`. */
export function programsToAsk(
  uses: readonly ProgramUse[],
  find: (program: string, path: string) => string | undefined,
): readonly InstalledProgram[] {
  return uses.flatMap(({ program: word, path, agents }) => {
    const preset = word.split("/").at(-1) ?? "";
    if (!isPresetName(preset)) return [];
    const { madeFor }: Preset = presets[preset];
    const program = find(word, path);
    return madeFor === undefined || program === undefined ? [] : [{ preset, program, path, madeFor, agents }];
  });
}

/** Returns the finding on an installed version; none for the one the preset was made for. `answer` is what the program has said. */
export function versionFindings(
  { preset, program, madeFor, agents }: InstalledProgram,
  answer: string | undefined,
): readonly Finding[] {
  const installed = /\d+(?:\.\d+)+/.exec(answer ?? "")?.[0];
  if (installed !== undefined && `${installed}.`.startsWith(`${madeFor}.`)) return [];
  const severity = installed === undefined ? "unknown" : "advice";
  return [
    { check: "presets", severity, kind: "preset-version", preset, program, madeFor, installed, agents },
  ];
}
