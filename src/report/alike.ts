import { grouped } from "../text/grouped.ts";
import { listOf } from "../text/counting.ts";

/** The fewest equal things that share a line: a few names are worth more than a count. */
const fewestAlike = 5;

/** Stands for the name of any agent. */
export const nameless = "*";

/** Things that read the same except for their names. One has a line of its own. */
export interface Alike<T> {
  readonly first: T;
  readonly all: readonly T[];
  /** In the order of the things. */
  readonly names: readonly string[];
}

/**
 * Joins things that read the same: `wordsOf` is everything said of a thing, without its name, or undefined for a
 * thing with a line of its own. Only names differing in the number at their end are joined, as those of replicas. The
 * result is in the order of the first thing of each group.
 */
export function joinAlike<T>(
  items: readonly T[],
  nameOf: (item: T) => string,
  wordsOf: (item: T) => string | undefined,
): readonly Alike<T>[] {
  const alone = (item: T): Alike<T> => ({ first: item, all: [item], names: [nameOf(item)] });
  if (items.length < fewestAlike) return items.map(alone);
  // The words of a few things are not looked at: they take longer than all the rest.
  const relatives = grouped(items, (item) => stemOf(nameOf(item)));
  const groups = [...relatives].flatMap(([stem, some]) =>
    stem === "" || some.length < fewestAlike ? [] : [...grouped(some, wordsOf).values()],
  );
  const byMember = new Map<T, readonly T[]>();
  for (const group of groups)
    if (group.length >= fewestAlike) for (const item of group) byMember.set(item, group);
  return items.flatMap((item) => {
    const group = byMember.get(item);
    if (group === undefined) return [alone(item)];
    return group[0] === item ? [{ first: item, all: group, names: group.map(nameOf) }] : [];
  });
}

/** Returns the name without the number at its end; empty for a name without a number. */
function stemOf(name: string): string {
  const [number = ""] = /\d+$/.exec(name) ?? [];
  return number === "" ? "" : name.slice(0, -number.length);
}

/** The most ranges of names in one line. */
const mostRanges = 6;

/** Returns `coder-1 … coder-200 (200)` for joined names in natural order, with their gaps; one name as it is. */
export function rangesOf(names: readonly string[]): string {
  if (names.length === 1) return names[0] ?? "";
  const ranges: string[][] = [];
  for (const name of names) {
    const last = ranges.at(-1);
    if (last !== undefined && follows(last.at(-1) ?? "", name)) last.push(name);
    else ranges.push([name]);
  }
  const parts = ranges.flatMap((range) =>
    range.length < 3 ? range : [`${range[0] ?? ""} … ${range.at(-1) ?? ""}`],
  );
  return `${listOf(parts, mostRanges)} (${names.length})`;
}

function follows(before: string, name: string): boolean {
  const stem = stemOf(name);
  return stemOf(before) === stem && Number(name.slice(stem.length)) === Number(before.slice(stem.length)) + 1;
}

/** Returns a list of names, with ranges for many differing in their numbers alone. */
export function namesText(names: readonly string[]): string {
  const groups = joinAlike(
    names,
    (name) => name,
    () => "",
  );
  return groups.map((group) => rangesOf(group.names)).join(", ");
}
