import { esc } from "../../text/characters.ts";

/** The state of a terminal besides its text. Columns and rows count from 0. */
export interface PictureFacts {
  readonly columns: number;
  readonly rows: number;
  readonly isAlternate: boolean;
  readonly cursor: PicturePlace;
  readonly coveredCursor: PicturePlace;
  readonly region: readonly [first: number, last: number];
  readonly isCursorShown: boolean;
  readonly hasCursorKeys: boolean;
  readonly hasKeypad: boolean;
  readonly wraps: boolean;
  readonly inserts: boolean;
  readonly hasOrigin: boolean;
  readonly mouse: readonly number[];
}

interface PicturePlace {
  readonly column: number;
  readonly row: number;
}

/** The text of a picture, as `capture-pane -e` prints it. */
export interface PictureText {
  readonly history: string;
  readonly covered: string;
  readonly rows: string;
}

/** Ends colors and line drawing: each part of a picture begins without. */
export const plainSequence = `${esc}[0m\u000F`;

/**
 * Returns the bytes that bring a terminal of the same size into the state of a picture, from any other state. Line drawing
 * is in G1, as capture-pane has it. Pure.
 */
export function pictureBytes(facts: PictureFacts, { history, covered, rows }: PictureText): string {
  const { isAlternate, cursor, coveredCursor, region, hasOrigin } = facts;
  const [first, last] = region;
  const parts = [`${esc}c${esc})0`, history === "" ? "" : `${lines(history)}\r\n${plainSequence}`];
  if (isAlternate)
    parts.push(screenBytes(covered, facts.rows), plainSequence, goTo(coveredCursor), `${esc}[?1049h${esc}[H`);
  parts.push(screenBytes(rows, facts.rows), plainSequence);
  if (first > 0 || last < facts.rows - 1) parts.push(`${esc}[${first + 1};${last + 1}r`);
  if (hasOrigin) parts.push(`${esc}[?6h`);
  parts.push(goTo(hasOrigin ? { ...cursor, row: Math.max(0, cursor.row - first) } : cursor));
  const modes: readonly (readonly [isOn: boolean, mode: string])[] = [
    [!facts.isCursorShown, "[?25l"],
    [facts.hasCursorKeys, "[?1h"],
    [facts.hasKeypad, "="],
    [!facts.wraps, "[?7l"],
    [facts.inserts, "[4h"],
    ...facts.mouse.map((mode) => [true, `[?${mode}h`] as const),
  ];
  parts.push(...modes.map(([isOn, mode]) => (isOn ? `${esc}${mode}` : "")));
  return parts.join("");
}

function lines(text: string): string {
  return text.replace(/\n$/, "").replaceAll("\n", "\r\n");
}

/** Returns exactly as many rows as the screen has, so that the history is right above it. */
function screenBytes(text: string, count: number): string {
  const rows = text.replace(/\n$/, "").split("\n").slice(0, count);
  return [...rows, ...Array.from({ length: count - rows.length }, () => "")].join("\r\n");
}

function goTo({ column, row }: PicturePlace): string {
  return `${esc}[${row + 1};${column + 1}H`;
}
