import { stripVTControlCharacters } from "node:util";
import { printableAscii } from "../../text/characters.ts";
import { visible } from "./display-text.ts";

/** One character as people count them, made printable. */
export interface Cell {
  readonly text: string;
  /** Columns it takes in a terminal. */
  readonly width: number;
  /** Offset in the original text, in UTF-16 code units. */
  readonly offset: number;
}

const tabWidth = 4;

/** Returns the characters of one line as a terminal shows them, with tabs as spaces. */
export function cellsOf(line: string): readonly Cell[] {
  if (printableAscii.test(line)) return Array.from(line, (text, offset) => ({ text, width: 1, offset }));
  let column = 0;
  return Array.from(
    new Intl.Segmenter("en", { granularity: "grapheme" }).segment(line),
    ({ segment, index }) => {
      const text = segment === "\t" ? " ".repeat(tabWidth - (column % tabWidth)) : visible(segment);
      const width = segment === "\t" ? text.length : widthOf(text);
      column += width;
      return { text, width, offset: index };
    },
  );
}

/** Returns the columns a line takes in a terminal. */
export function displayWidth(line: string): number {
  if (printableAscii.test(line)) return line.length;
  return cellsOf(line).reduce((total, { width }) => total + width, 0);
}

/** Returns a line with spaces at its end, so it takes at least so many columns. */
export function padEnd(line: string, columns: number): string {
  return line + " ".repeat(Math.max(0, columns - displayWidth(line)));
}

function widthOf(character: string): number {
  if (/^\p{Mn}+$/u.test(character)) return 0;
  // Intl.Segmenter takes CR LF for one character, which here has two pictures.
  if (/^[\u2400-\u2426]+$/.test(character)) return character.length;
  return isWide(character) ? 2 : 1;
}

/**
 * Returns true for East Asian Wide and Fullwidth (Unicode Standard Annex 11), emoji and flags. Properties instead of the
 * tables of get-east-asian-width, because this file is part of every run and the tables take 0.5 ms to load. string-width
 * takes 40 ms. The pattern is inside of the function, because V8 reads the tables of a pattern when it makes it. A test
 * compares all characters with those tables.
 */
function isWide(character: string): boolean {
  return /(?![\u02EA\u02EB\u1160-\u11FF\uD7B0-\uD7FF\uFF61-\uFFDC])[\p{sc=Han}\p{sc=Hang}\p{sc=Hira}\p{sc=Kana}\p{sc=Bopo}\p{sc=Yiii}\p{sc=Tang}\p{sc=Nshu}\p{sc=Kits}\u2329\u232A\u2630-\u2637\u268A-\u268F\u2E80-\u303E\u3099-\u3247\u3250-\u33FF\u4DC0-\u4DFF\uA960-\uA97F\uFE10-\uFE19\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{16FE0}-\u{16FFF}\u{1AFF0}-\u{1B16F}\u{1D300}-\u{1D376}\u{1F200}-\u{1F2FF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}]|\uFE0F/u.test(
    character,
  );
}

/** Returns the columns a line with colours takes in a terminal. */
export function widthOfLine(line: string): number {
  return displayWidth(stripVTControlCharacters(line));
}
