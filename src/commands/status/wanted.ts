import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { activityStates, type ActivityState } from "../../activity/activity.ts";
import { columnNames, sortKeys, type ColumnName, type SortKey } from "../../report/table/column-names.ts";

/** Words for a column people use elsewhere: `--sort` and kubectl say name. */
const aliases: ReadonlyMap<string, string> = new Map([["name", "agent"]]);

/** Returns the columns of a comma-separated list, or the problem of the first unknown one. */
export async function columnsWanted(list: string): Promise<Result<readonly ColumnName[]>> {
  const words = list
    .split(",")
    .map((word) => aliases.get(word.trim().toLowerCase()) ?? word.trim().toLowerCase());
  const wanted: ColumnName[] = [];
  for (const word of words) {
    const known = columnNames.find((name) => name === word);
    if (known === undefined) return unknownWords("column", word, columnNames);
    if (!wanted.includes(known)) wanted.push(known);
  }
  return ok(wanted);
}

/** Returns the order of a word, or its problem. */
export async function orderWanted(word: string): Promise<Result<SortKey>> {
  const known = sortKeys.find((key) => key === word.toLowerCase());
  return known === undefined ? unknownWords("order", word, sortKeys) : ok(known);
}

/** Returns the activities of a comma-separated list, or the problem of the first unknown one. */
export async function activitiesWanted(list: string): Promise<Result<readonly ActivityState[]>> {
  const wanted: ActivityState[] = [];
  for (const word of list.split(",").map((each) => each.trim().toLowerCase())) {
    const known = activityStates.find((state) => state === word);
    if (known === undefined) return unknownWords("activity", word, activityStates);
    wanted.push(known);
  }
  return ok(wanted);
}

async function unknownWords<T>(what: string, word: string, names: readonly string[]): Promise<Result<T>> {
  const { suggest } = await import("../../text/suggest.ts");
  const guess = suggest(word, names);
  const plural = what === "activity" ? "activities" : `${what}s`;
  return fail("bad-usage", `there is no ${what} "${word}"`, {
    hint: `${guess === undefined ? "" : `did you mean ${guess}? `}The ${plural} are ${names.join(", ")}`,
  });
}
