import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Survey } from "../../observed/survey.ts";
import { candidatesIn, type Selectable, type Scope } from "./candidates.ts";
import { selects } from "./label-selector.ts";
import { noAgentLeft, noneInCommon, noSuchAgent, noSuchLabels, noSuchPattern } from "./no-match.ts";
import { isPattern, patternTest } from "./patterns.ts";
import type { Selection } from "./selection.ts";

/** Returns the agents of a fleet that a selection means, in the scope of the command. Pure. */
export function selectAgentsOf(
  survey: Survey,
  selection: Selection,
  scope: Scope,
): Result<ReadonlySet<string>> {
  return selectAmong(selection, candidatesIn(survey, scope));
}

/** Returns the selected agents, never none: a word that selects nothing is a problem. Pure. */
export function selectAmong(selection: Selection, candidates: Selectable): Result<ReadonlySet<string>> {
  const named = byNames(selection, candidates);
  if (!named.ok) return named;
  const labelled = byLabels(selection, candidates);
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
): Result<ReadonlySet<string> | undefined> {
  if (names.length === 0 && !all) return ok(labels === undefined ? new Set() : undefined);
  const selected = new Set<string>();
  for (const word of all ? ["*"] : names) {
    const found = isPattern(word) ? byPattern(word, candidates) : candidates.names.get(word);
    if (found === undefined) return noSuchAgent(word, candidates);
    if (found.length === 0 && !all) return noSuchPattern(word, candidates);
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
function byLabels({ labels }: Selection, candidates: Selectable): Result<ReadonlySet<string> | undefined> {
  if (labels === undefined) return ok(undefined);
  const found = [...candidates.labels].flatMap(([name, each]) => (selects(labels, each) ? [name] : []));
  if (found.length === 0) return noSuchLabels(labels, candidates);
  const meant = found.filter(candidates.inScope);
  return meant.length === 0 ? noAgentLeft(`-l ${labels.text}`, found.length) : ok(new Set(meant));
}
