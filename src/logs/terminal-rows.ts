import { control, emptyScreen, lineFeed, moveTo, printText, rowOf, type LogRow } from "./terminal-screen.ts";
import { eachToken, markOf, type LogMark } from "./terminal-tokens.ts";
import { esc } from "../text/characters.ts";

/** A row of output. */
export interface TerminalRow {
  /** With the colours, if they are wanted. */
  readonly text: string;
  /** Index of the last mark before the row; -1 before the first one. */
  readonly mark: number;
  /** True for a line of the reader itself, which follows its mark. */
  readonly isOfReader: boolean;
}

/** A function for the output of a program, and its rows as a terminal would show them. */
export interface TerminalRows {
  write: (text: string) => void;
  /** Returns the rows not taken yet; `isWhole` also takes the last, perhaps incomplete one. */
  take: (isWhole: boolean) => readonly TerminalRow[];
  readonly marks: readonly LogMark[];
}

/** The switch to another screen, and back: programs that use the whole screen leave no rows. */
const otherScreen = /^\[\?(?:47|1047|1049)(?<way>[hl])$/;

/** Taken rows to keep in memory at most. */
const mostTaken = 4_000;

/** Returns empty rows. `withColors` keeps the colours of rows written from left to right. */
export function terminalRows(withColors: boolean): TerminalRows {
  const marks: LogMark[] = [];
  const main = emptyScreen();
  let screen = main;
  let taken = 0;
  let rest = "";

  const takeMark = (mark: LogMark): void => {
    marks.push(mark);
    main.facts = { mark: marks.length - 1, isOfReader: false };
    if (mark.kind === "at") return;
    // The line of the reader comes below everything, whatever the program has left behind.
    screen = main;
    main.row = Math.max(0, main.rows.length - (main.rows.at(-1)?.text === "" ? 1 : 0));
    main.column = 0;
    main.style = "";
    Object.assign(rowOf(main), { mark: marks.length - 1, isOfReader: true });
  };
  const applyToken = (token: string): void => {
    const mark = markOf(token);
    if (mark !== undefined) return takeMark(mark);
    const way = otherScreen.exec(token.slice(1))?.groups?.["way"];
    if (way !== undefined) screen = way === "h" ? emptyScreen() : main;
    else if (token.startsWith(`${esc}[`))
      control(screen, token.slice(2, -1), token.slice(-1), screen === main ? taken : 0);
    else if (token === `${esc}M`) moveTo(screen, screen.row - 1, screen.column);
    else if (token === "\n") lineFeed(screen);
    else if (token === "\r") screen.column = 0;
    else if (token === "\b") screen.column = Math.max(0, screen.column - 1);
    else if (token === "\t") screen.column += 8 - (screen.column % 8);
    else if (token >= " " && token !== "\u007F") printText(screen, token, withColors);
  };
  const forget = (): void => {
    const spare = taken - mostTaken / 2;
    if (taken < mostTaken) return;
    main.rows.splice(0, spare);
    main.row -= spare;
    taken -= spare;
  };

  return {
    marks,
    write(text) {
      rest = eachToken(rest + text, applyToken);
    },
    take(isWhole) {
      const from = taken;
      taken = Math.max(taken, isWhole ? main.rows.length : Math.min(main.rows.length, main.row));
      const rows = main.rows.slice(from, taken);
      const drawn = isWhole && screen !== main ? screen.rows : [];
      forget();
      return [...rows, ...drawn].map(painted);
    },
  };
}

function painted({ text, paints, mark, isOfReader }: LogRow): TerminalRow {
  let shown = "";
  let from = 0;
  for (const { at, sgr } of paints) {
    shown += text.slice(from, at) + sgr;
    from = at;
  }
  return { text: (shown + text.slice(from)).trimEnd(), mark, isOfReader };
}
