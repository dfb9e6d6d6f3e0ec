import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Selectable } from "./candidates.ts";
import { selects } from "./label-selector.ts";
import { noAgentLeft, noneInCommon, noSuchAgent, noSuchLabels, noSuchPattern } from "./no-match.ts";
import { isPattern, patternTest } from "./patterns.ts";
import type { Selection } from "./selection.ts";

/**
 * Returns a selection without the names and patterns that select nothing here, and agents of other machines of the same run:
 * these machines answer for them. One that would have no word left stays as it is. Pure.
 */
export function withoutWordsOfOthers(
  selection: Selection,
  candidates: Selectable,
  others: Selectable,
): Selection {
  const own = selection.names.filter((word) => isKnown(word, candidates) || !isKnown(word, others));
  return own.length === 0 ? selection : { ...selection, names: own };
}

/** Returns true if some words of a selection fit agents, and others none. Pure. */
export function isPartlyKnown({ names }: Selection, candidates: Selectable): boolean {
  const known = names.filter((word) => isKnown(word, candidates)).length;
  return known > 0 && known < names.length;
}

function isKnown(word: string, { names }: Selectable): boolean {
  return isPattern(word) ? [...names.keys()].some(patternTest(word)) : names.has(word);
}

/**
 * Returns the selected agents, never none: a word that selects nothing is a problem. `known` are the agents whose names a hint
 * may propose. Pure.
 */
export function selectAmong(
  selection: Selection,
  candidates: Selectable,
  known = candidates,
): Result<ReadonlySet<string>> {
  const named = byNames(selection, candidates, known);
  if (!named.ok) return named;
  const labelled = byLabels(selection, candidates, known);
  if (!labelled.ok) return labelled;
  if (named.value === undefined || labelled.value === undefined)
    return ok(named.value ?? labelled.value ?? new Set());
  const { value: wanted } = labelled;
  const both = [...named.value].filter((name) => wanted.has(name));
  return both.length === 0 ? noneInCommon(selection) : ok(new Set(both));
}

/** Returns the agents of the names and patterns, or all with `--all`; undefined without any of these. */
function byNames(
  { names, all = false, labels }: Selection,
  candidates: Selectable,
  known: Selectable,
): Result<ReadonlySet<string> | undefined> {
  if (names.length === 0 && !all) return ok(labels === undefined ? new Set() : undefined);
  const selected = new Set<string>();
  for (const word of all ? ["*"] : names) {
    const found = isPattern(word) ? byPattern(word, candidates) : candidates.names.get(word);
    if (found === undefined) return noSuchAgent(word, known);
    if (found.length === 0 && !all) return noSuchPattern(word, known);
    const meant = isPattern(word) ? found.filter(candidates.inScope) : found;
    if (meant.length === 0) return noAgentLeft(all ? "--all" : `"${word}"`, found.length);
    for (const name of meant) selected.add(name);
  }
  return ok(selected);
}

/** Returns the agents of all names that fit a pattern. */
function byPattern(pattern: string, { names }: Selectable): readonly string[] {
  const fits = patternTest(pattern);
  return [...names].flatMap(([name, agents]) => (fits(name) ? agents : []));
}

/** Returns the agents with the labels; undefined without a selector. */
function byLabels(
  { labels }: Selection,
  candidates: Selectable,
  known: Selectable,
): Result<ReadonlySet<string> | undefined> {
  if (labels === undefined) return ok(undefined);
  const found = [...candidates.labels].flatMap(([name, each]) => (selects(labels, each) ? [name] : []));
  if (found.length === 0) return noSuchLabels(labels, known);
  const meant = found.filter(candidates.inScope);
  return meant.length === 0 ? noAgentLeft(`-l ${labels.text}`, found.length) : ok(new Set(meant));
}
