/** One character as people count them, made printable. */
export interface Cell {
  readonly text: string;
  /** Columns that it takes in a terminal. */
  readonly width: number;
  /** Offset in the original text, in UTF-16 code units. */
  readonly offset: number;
}

const tabWidth = 4;

/** East Asian Wide and Fullwidth (Unicode Standard Annex 11) and emoji. */
const wide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97F\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF00-\uFF60\uFFE0-\uFFE6\u{1F1E6}-\u{1F1FF}\u{20000}-\u{3FFFD}\p{Emoji_Presentation}\uFE0F]/u;

/** Format characters without a shape, among them those that turn the direction of text. Joiners are parts of words and emoji. */
const invisible = /(?!\u200C|\u200D|[\u{E0020}-\u{E007F}])[\p{Cf}\p{Zl}\p{Zp}\p{Surrogate}]/gu;

/**
 * Text that is safe to print: control characters become visible ones, so that a file cannot move the cursor or set
 * colours. Line feeds and tabs are control characters too.
 */
export function visible(text: string): string {
  return text
    .replaceAll(/\p{Cc}/gu, pictureOf)
    .replaceAll("\u00A0", "\u2423")
    .replaceAll(invisible, replacement);
}

const replacement = "\uFFFD";

/** The control pictures of Unicode: U+2400 to U+241F, and one for DEL. */
function pictureOf(control: string): string {
  const code = control.codePointAt(0) ?? 0;
  if (code === 0x7f) return "\u2421";
  return code < 0x20 ? String.fromCodePoint(0x2400 + code) : replacement;
}

/** The characters of one line as a terminal shows them, with tabs as spaces. */
export function cellsOf(line: string): readonly Cell[] {
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

/** Columns that a line takes in a terminal. */
export function displayWidth(line: string): number {
  return cellsOf(line).reduce((total, { width }) => total + width, 0);
}

function widthOf(character: string): number {
  if (/^\p{Mn}+$/u.test(character)) return 0;
  // Intl.Segmenter takes CR LF for one character, which here has two pictures.
  return wide.test(character) ? 2 : /^[\u2400-\u2426]+$/.test(character) ? character.length : 1;
}
