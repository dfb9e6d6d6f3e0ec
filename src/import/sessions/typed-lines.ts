import type { At, Ledger } from "../form/ledger.ts";
import type { World } from "../form/imported.ts";
import { literalValue, workdirOf } from "../form/places.ts";
import type { Variable } from "./session.ts";

/** Lines typed into a shell, as an agent has them. */
export interface TypedLines {
  /** The lines left for the shell. */
  readonly lines: readonly string[];
  /** The folder of a leading `cd`. */
  readonly folder: string | undefined;
  /** The variables of leading literal exports. */
  readonly env: readonly Variable[];
}

/** A shell's lines, with the place to tell about. */
export interface LinesToType {
  readonly typed: readonly string[];
  readonly folder: string | undefined;
  readonly at: At;
}

/**
 * Takes the leading `cd` and exports out of typed lines, and leaves out lines for typing alone:
 * clear, the title of a terminal, a sleep, commands for tmux.
 */
export function readTyped({ typed, folder, at }: LinesToType, world: World, ledger: Ledger): TypedLines {
  const wanted = typed
    .flatMap((text) => text.split("\n"))
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .filter((line) => isMeant(line, at, ledger));
  // A shell ends after a text of comments alone, and stays in the pane if they are typed.
  const commands = wanted.some((line) => !line.startsWith("#")) ? wanted : [];
  let where = folder;
  const env: Variable[] = [];
  let rest = commands;
  for (let [first] = rest; first !== undefined; [first] = rest) {
    const step = leadingStep(first, where, { world, ledger, at });
    if (step === undefined) break;
    if (step.folder !== undefined) where = step.folder;
    env.push(...step.env);
    rest = [...(step.rest === undefined ? [] : [step.rest]), ...rest.slice(1)];
  }
  return { lines: rest, folder: where, env };
}

function isMeant(line: string, at: At, ledger: Ledger): boolean {
  if (/^(?:clear|reset|tput (?:clear|reset))\s*;?$/.test(line)) {
    ledger.note("nothing-typed", at, line);
    return false;
  }
  if (/^(?:printf|echo -n?e)\s.*(?:\\033\]|\\e\]|\\x1b\])[^;&|]*$/.test(line)) {
    ledger.note("title-typed", at, line);
    return false;
  }
  if (/^sleep\s+[\d.]+[smh]?$/.test(line)) {
    ledger.lose("sleep-typed", at, line);
    return false;
  }
  if (/^(?:exec\s+)?tmux(?:\s|$)/.test(line)) {
    ledger.lose("tmux-typed", at, line);
    return false;
  }
  return true;
}

interface StepTools {
  readonly world: World;
  readonly ledger: Ledger;
  readonly at: At;
}

interface ParsedStep {
  readonly folder?: string | undefined;
  readonly env: readonly Variable[];
  readonly rest: string | undefined;
}

const word = String.raw`(?:"(?<double>[^"$\x60\\]*)"|'(?<single>[^']*)'|(?<bare>(?:\\ |[^\s;&|"'()<>*?\\])+))`;
const cd = new RegExp(String.raw`^cd\s+(?:--\s+)?${word}\s*(?:(?:&&|;)\s*(?<rest>.+))?$`);
const exported = new RegExp(
  String.raw`^export\s+(?<name>[A-Za-z_]\w*)=${word}?\s*(?:(?:&&|;)\s*(?<rest>.+))?$`,
);

function leadingStep(line: string, folder: string | undefined, tools: StepTools): ParsedStep | undefined {
  const { world } = tools;
  const change = cd.exec(line)?.groups;
  if (change !== undefined) {
    const target = wordOf(change);
    if (target === "-" || (change["single"] !== undefined && target.includes("$"))) return undefined;
    const where = workdirOf(target, folder, world);
    return where === undefined ? undefined : { folder: where, env: [], rest: change["rest"] };
  }
  const variable = exported.exec(line)?.groups;
  if (variable === undefined) return undefined;
  const text = wordOf(variable);
  const value = variable["single"] !== undefined ? text : literalValue(text, world);
  if (value === undefined) return undefined;
  if (value !== text) tools.ledger.note("home-in-env", tools.at, variable["name"] ?? "");
  return { env: [[variable["name"] ?? "", value]], rest: variable["rest"] };
}

function wordOf({ double, single, bare }: Readonly<Record<string, string | undefined>>): string {
  return double ?? single ?? (bare ?? "").replaceAll("\\ ", " ");
}
