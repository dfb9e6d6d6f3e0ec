import { stripVTControlCharacters } from "node:util";
import { displayWidth } from "./display-width.ts";

/** Breaks a line at its spaces, so that no line is wider than `width` columns. A word that is wider than the line stays whole: it may be a path to copy. */
export function fold(line: string, width: number): readonly string[] {
  if (widthOf(line) <= width) return [line];
  const lines: string[] = [];
  const [first = "", ...words] = line.match(/^ *[^ ]*|[^ ]+/g) ?? [];
  let current = first;
  for (const word of words) {
    const longer = `${current} ${word}`;
    if (widthOf(longer) > width) {
      lines.push(current);
      current = word;
    } else {
      current = longer;
    }
  }
  return [...lines, current];
}

/** Returns the width without colours. */
function widthOf(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}
