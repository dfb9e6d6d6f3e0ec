import { diffArrays } from "diff";
import type { FileEdit, FileLine } from "./types.ts";

/** Unchanged lines before and after a difference. */
const contextLines = 1;

/** Time limit of a comparison, ms. Larger edits are shown as a whole: the old text, then the new one. */
const timeout = 500;

/**
 * Returns a manual edit as lines of a diff: `-` before present lines that would be lost, `+` before new
 * lines, a blank before equal ones, `@@` before each place with the number of its line. May contain control
 * characters.
 */
export function diffLines({ found, wanted }: FileEdit): readonly string[] {
  if (found.length === 0 || wanted.length === 0) return wholeLines(found, wanted);
  const rows = diffRows(found, wanted);
  if (rows.every(({ sign }) => sign === " ")) return onlyMark;
  return rows.flatMap((row, index) => {
    if (!isNearChange(rows, index)) return [];
    const opens = index === 0 || !isNearChange(rows, index - 1);
    return [...(opens ? [`@@ line ${row.line} @@`] : []), ...row.texts.map((text) => `${row.sign}${text}`)];
  });
}

/** Returns the lines of a text that appears or goes, without a comparison. */
function wholeLines(found: readonly FileLine[], wanted: readonly FileLine[]): readonly string[] {
  const sign = found.length > 0 ? "-" : "+";
  const whole = found.length > 0 ? found : wanted;
  const [first] = whole;
  if (first === undefined) return onlyMark;
  const lines = [`@@ line ${first.line} @@`];
  for (const { shown } of whole) for (const text of shown.split("\n")) lines.push(sign + text);
  return lines;
}

const onlyMark = ["@@ only the fleet's mark differs @@"];

interface DiffRow {
  readonly sign: "-" | "+" | " ";
  /** Line of the present file. */
  readonly line: number;
  readonly texts: readonly string[];
}

function diffRows(found: readonly FileLine[], wanted: readonly FileLine[]): readonly DiffRow[] {
  const changes = diffArrays([...found], [...wanted], { comparator: (a, b) => a.key === b.key, timeout });
  if (changes === undefined) {
    return [...found.map((each) => diffRowOf("-", each)), ...wanted.map((each) => diffRowOf("+", each))];
  }
  let next = 0;
  return changes.flatMap(({ added, removed, value }) =>
    value.map((each) => {
      if (added) return { ...diffRowOf("+", each), line: found[next]?.line ?? each.line };
      return diffRowOf(removed ? "-" : " ", found[next++] ?? each);
    }),
  );
}

function diffRowOf(sign: DiffRow["sign"], { line, shown }: FileLine): DiffRow {
  return { sign, line, texts: shown.split("\n") };
}

function isNearChange(rows: readonly DiffRow[], index: number): boolean {
  return rows
    .slice(Math.max(0, index - contextLines), index + contextLines + 1)
    .some(({ sign }) => sign !== " ");
}
