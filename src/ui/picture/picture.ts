import { addCodes, plainStyle, styleText, type Style } from "./style.ts";
import { deadPane } from "../../logs/pane-text.ts";

/** A piece of a line: its text, and its colours and attributes as the parameters of an SGR sequence, such as `1;31`. */
type PictureRun = string | readonly [text: string, style: string];

/** A line of a screen. */
export type PictureLine = readonly PictureRun[];

/**
 * Returns the last `count` lines with text of a screen as tmux captures it with `-e`. The result has text and colours
 * only: every other sequence is left out. Text above the note about a dead pane is of an earlier run. Pure.
 */
export function pictureOf(screen: string, count: number): readonly PictureLine[] {
  const lines = linesOf(screen).filter((line) => textOf(line).trim() !== "");
  const isNote = (line: PictureLine): boolean => textOf(line).startsWith(deadPane);
  const said = lines.slice(0, lines.findLastIndex((line) => !isNote(line)) + 1);
  return said.slice(said.findLastIndex(isNote) + 1).slice(-count);
}

/** Returns a whole screen as tmux captures it with `-e`, without the blank lines at its end: text and colours only. Pure. */
export function screenOf(screen: string): readonly PictureLine[] {
  const lines = linesOf(screen);
  return lines.slice(0, lines.findLastIndex((line) => textOf(line).trim() !== "") + 1);
}

/** Returns the text of a line. Pure. */
export function textOf(line: PictureLine): string {
  return line.map((run) => (typeof run === "string" ? run : run[0])).join("");
}

/**
 * A sequence of ECMA-48: CSI with its parameters, a string until its end, a shift to the drawing set of the VT100, or any
 * other escape. tmux writes the first three, and OSC 8 since 3.4.
 */
const screenSequences =
  // oxlint-disable-next-line no-control-regex
  /\x1b\[([0-9;:]*)([ -/]*[@-~])|\x1b[\]PX^_][^\x07\x1b]*(?:\x07|\x1b\\)?|[\x0e\x0f]|\x1b[ -/]*[0-~]?/g;

function linesOf(screen: string): readonly PictureLine[] {
  let style = plainStyle;
  let isDrawing = false;
  return screen.split("\n").map((text) => {
    const runs: PictureRun[] = [];
    let at = 0;
    const add = (piece: string): void => {
      const shown = withoutControls(isDrawing ? drawn(piece) : piece);
      if (shown !== "") push(runs, shown, style);
    };
    for (const found of text.matchAll(screenSequences)) {
      add(text.slice(at, found.index));
      at = found.index + found[0].length;
      if (found[0] === "\x0e" || found[0] === "\x0f") isDrawing = found[0] === "\x0e";
      else if (found[2] === "m") style = addCodes(style, found[1] ?? "");
    }
    add(text.slice(at));
    return withoutBlanks(runs);
  });
}

function push(runs: PictureRun[], text: string, style: Style): void {
  const written = styleText(style);
  const last = runs.at(-1);
  const lastStyle = Array.isArray(last) ? last[1] : "";
  if (last !== undefined && lastStyle === written) {
    const before = runs.pop();
    const joined = (typeof before === "string" ? before : (before?.[0] ?? "")) + text;
    runs.push(written === "" ? joined : [joined, written]);
  } else runs.push(written === "" ? text : [text, written]);
}

/** Drops blanks at the end that have no colour. */
function withoutBlanks(runs: readonly PictureRun[]): PictureLine {
  const last = runs.at(-1);
  if (typeof last !== "string") return runs;
  const kept = last.trimEnd();
  return kept === "" ? withoutBlanks(runs.slice(0, -1)) : [...runs.slice(0, -1), kept];
}

function withoutControls(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "");
}

/** The drawing set of the VT100 from "`" on, as in terminfo(5). */
const drawings = "◆▒␉␌␍␊°±␤␋┘┐┌└┼⎺⎻─⎼⎽├┤┴┬│≤≥π≠£·";

function drawn(text: string): string {
  return text.replaceAll(/[`-~]/g, (letter) => drawings[letter.charCodeAt(0) - 96] ?? letter);
}
