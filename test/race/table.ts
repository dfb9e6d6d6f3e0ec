import type { Outcome } from "./race.ts";

/**
 * Returns a Markdown table of the missed saves, by way and ground: the first save, the second one, and the one in
 * place.
 */
export function raceTable(results: ReadonlyMap<string, readonly Outcome[]>): readonly string[] {
  const titles = new Set([...results.values()].flat().map(({ title }) => title));
  const row = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;
  const cell = (outcome: Outcome | undefined): string => {
    if (outcome === undefined) return "–";
    const isNone = outcome.missed.every((each) => each === 0);
    return `${isNone ? "0" : outcome.missed.join("/")}${outcome.errors.length > 0 ? " (errors)" : ""}`;
  };
  const columns = [...results.values()];
  return [
    row(["missed of each way", ...results.keys()]),
    row(["---", ...columns.map(() => "--:")]),
    ...[...titles].map((title) =>
      row([title, ...columns.map((outcomes) => cell(outcomes.find((each) => each.title === title)))]),
    ),
    row(["all, of", ...columns.map(sumOf)]),
    row(["read after, median / longest", ...columns.map(latencyOf)]),
  ];
}

function sumOf(outcomes: readonly Outcome[]): string {
  const missed = outcomes.flatMap((each) => each.missed).reduce((sum, each) => sum + each, 0);
  return `${missed} / ${outcomes.reduce((sum, { saves }) => sum + saves, 0)}`;
}

function latencyOf(outcomes: readonly Outcome[]): string {
  const all = outcomes.flatMap(({ latencies }) => latencies).toSorted((a, b) => a - b);
  const shown = (ms: number | undefined): string => (ms === undefined ? "–" : `${ms.toFixed(1)} ms`);
  return `${shown(all[Math.floor(all.length / 2)])} / ${shown(all.at(-1))}`;
}
