import { isPattern } from "./patterns.ts";
import type { LabelSelector } from "./label-selector.ts";

/** The agents of a command line. Names and labels together mean the agents that both select. */
export interface Selection {
  /** Names and patterns; empty if there are none. */
  readonly names: readonly string[];
  readonly labels?: LabelSelector | undefined;
  /** True if the program has chosen the names, see PlanOptions. */
  readonly isOwnChoice?: boolean | undefined;
  /** True for every agent, with `--all`. */
  readonly all?: boolean | undefined;
}

/** Returns true if nothing limits a selection. */
export function selectsAll({ names, labels }: Selection): boolean {
  return names.length === 0 && labels === undefined;
}

/** Returns the selection as words for a shell, with quotes around patterns and label selectors. */
export function selectionWords({ names, labels, all = false }: Selection): readonly string[] {
  return [
    ...names.map((name) => (isPattern(name) ? shownWord(name) : name)),
    ...(labels === undefined ? [] : ["-l", shownWord(labels.text)]),
    ...(all ? ["--all"] : []),
  ];
}

function shownWord(word: string): string {
  return /^[\w./=,-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
