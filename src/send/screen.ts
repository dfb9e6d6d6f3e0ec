import { bel, esc } from "../text/characters.ts";

/** One row of a screen. */
export interface ScreenRow {
  /** Its text, without the blanks at its end. */
  readonly text: string;
  /** The same, with blanks in the place of faint and reversed characters: placeholders, and the cursor a program draws. */
  readonly firm: string;
}

/** The screen of a pane at one moment. */
export interface Screen {
  readonly rows: readonly ScreenRow[];
  /** The row of the cursor, from 0. */
  readonly cursorRow: number;
}

const shift = `[${String.fromCodePoint(0x0e)}${String.fromCodePoint(0x0f)}]`;

/** An SGR sequence with its parameters, a hyperlink, or a shift to line drawing. */
const sequences = new RegExp(
  `${esc}\\[(?<sgr>[\\d;:]*)m|${esc}\\]8;[^${bel}${esc}]*(?:${bel}|${esc}\\\\)|${shift}`,
  "g",
);

/** Returns the rows of a text from `capture-pane -e`, whose attributes go on from row to row. */
export function screenRows(captured: string): readonly ScreenRow[] {
  let style: TextStyle = { isFaint: false, isReversed: false };
  return captured
    .replace(/\n$/, "")
    .split("\n")
    .map((row) => {
      let text = "";
      let firm = "";
      let from = 0;
      const appendPart = (part: string): void => {
        text += part;
        firm += style.isFaint || style.isReversed ? " ".repeat(part.length) : part;
      };
      for (const match of row.matchAll(sequences)) {
        appendPart(row.slice(from, match.index));
        from = match.index + match[0].length;
        const sgr = match.groups?.["sgr"];
        if (sgr !== undefined) style = styleAfter(style, sgr);
      }
      appendPart(row.slice(from));
      return { text: text.trimEnd(), firm: firm.trimEnd() };
    });
}

interface TextStyle {
  readonly isFaint: boolean;
  readonly isReversed: boolean;
}

/** Returns the style after an SGR sequence: 2 is faint, 7 reversed, 22 and 27 end them, 0 ends all (ECMA-48). */
function styleAfter(before: TextStyle, parameters: string): TextStyle {
  const numbers = parameters.split(";");
  let style = before;
  for (let at = 0; at < numbers.length; at += 1) {
    const number = numbers[at];
    // A colour: its own parameters follow, 5;N or 2;R;G;B.
    if (number === "38" || number === "48" || number === "58") at += numbers[at + 1] === "5" ? 2 : 4;
    else if (number === "" || number === "0") style = { isFaint: false, isReversed: false };
    else if (number === "2") style = { ...style, isFaint: true };
    else if (number === "22") style = { ...style, isFaint: false };
    else if (number === "7") style = { ...style, isReversed: true };
    else if (number === "27") style = { ...style, isReversed: false };
  }
  return style;
}
