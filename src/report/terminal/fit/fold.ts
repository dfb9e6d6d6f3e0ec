import { stripVTControlCharacters } from "node:util";
import { widthOfLine } from "../display-width.ts";

/**
 * Breaks a line at its spaces, so no line is wider than `width` columns. A word wider than the line stays whole: it may
 * be a path to copy.
 */
export function fold(line: string, width: number): readonly string[] {
  if (widthOfLine(line) <= width) return [line];
  const lines: string[] = [];
  let current = "";
  for (const [word] of line.matchAll(/ *[^ ]+/g)) {
    const longer = `${current}${word}`;
    if (current !== "" && widthOfLine(longer) > width) {
      lines.push(current);
      current = word.trimStart();
    } else {
      current = longer;
    }
  }
  return [...lines, current];
}

/**
 * Returns lines of a report, folded at words for a terminal of that width, with the rest of each below its text. Lines of
 * diffs and command lines stay whole: people copy them.
 */
export function foldProse(lines: readonly string[], width: number): readonly string[] {
  return lines.flatMap((line) => (line.length <= width ? [line] : foldLine(line, width)));
}

/** The least columns for the text of a folded line. */
const leastRoom = 20;

function foldLine(line: string, width: number): readonly string[] {
  const plain = stripVTControlCharacters(line);
  if (!isProse.test(plain)) return [line];
  const indent = hangingIndent(plain);
  if (width - indent < leastRoom) return [line];
  const [first = "", ...more] = fold(line, width);
  if (more.length === 0) return [first];
  // The first part has the room of the whole line, and the others have an indent.
  const rest = line.slice(first.length).trimStart();
  return [first, ...fold(rest, width - indent).map((part) => " ".repeat(indent) + part)];
}

/** The shapes of prose: a paragraph, a line with a sign or label, and a remark below it, except for a command. */
const isProse = /^(?: {0,2}| {6}(?!.*mkdir -p ))[^\s]/;

/** Returns the column of the text after a label or sign, or a little more than the indent of a paragraph. */
function hangingIndent(plain: string): number {
  const label = /^ *[^ ]+(?: [^ ]+)? {2,}(?=[^ ])/.exec(plain)?.[0];
  if (label !== undefined) return label.length;
  const sign = /^ *[^ \w] /.exec(plain)?.[0];
  return sign === undefined ? plain.length - plain.trimStart().length + 2 : sign.length + 2;
}
