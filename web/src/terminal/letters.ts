/**
 * The size of the letters of terminals: px, `fit` for as large as the whole pane allows in the window, or `auto` for
 * letters to read that are as wide as the page allows.
 */
export type Letters = number | "fit" | "auto";

/** The smallest and the largest letters, px. */
const [smallest, largest] = [5, 28];

/** The size of one cell, as a share of the size of the letters. */
export interface CellShape {
  readonly width: number;
  readonly height: number;
}

/** Returns the size of letters with which so many columns and rows fit into a space. Pure. */
export function fittingSize(
  { columns, rows }: { readonly columns: number; readonly rows: number },
  space: { readonly width: number; readonly height: number },
  cell: CellShape,
): number {
  const widest = space.width / (columns * cell.width);
  const highest = space.height / (rows * cell.height);
  // Half pixels: a browser draws cells of any width, and rounds their height up.
  const size = Math.floor(Math.min(widest, highest) * 2) / 2;
  return Math.max(smallest, Math.min(largest, size));
}

/** The limits of letters to read, px. A phone scrolls sideways instead. */
const [smallestAuto, largestAuto, onPhone] = [7, 14, 11];

/** Returns the size of letters to read in a pane of so many columns, in a space. Pure. */
export function readableSize(columns: number, width: number, cell: CellShape): number {
  if (width < 700) return onPhone;
  const fitting = fittingSize({ columns, rows: 1 }, { width, height: 1_000 }, cell);
  return Math.max(smallestAuto, Math.min(largestAuto, fitting));
}

/** Returns the next size of letters in a direction, from the present one. Pure. */
export function nextSize(present: number, by: 1 | -1): number {
  const step = present >= 16 ? 2 : 1;
  return Math.max(smallest, Math.min(largest, Math.round(present) + by * step));
}

/** Measures a cell of a font, next to an element of the page. */
export function cellOf(font: string): CellShape {
  const probe = document.createElement("span");
  const count = 20;
  const px = 100;
  probe.textContent = "W".repeat(count);
  Object.assign(probe.style, {
    position: "absolute",
    visibility: "hidden",
    whiteSpace: "pre",
    lineHeight: "normal",
    font: `${px}px ${font}`,
  });
  document.body.append(probe);
  const { height, width } = probe.getBoundingClientRect();
  probe.remove();
  return { width: width / count / px || 0.602, height: height / px || 1.2 };
}

const stored = "terminal-letters";

/** Returns the size that was chosen last in this browser. */
export function chosenLetters(): Letters {
  const value = localStorage.getItem(stored);
  const size = Number(value);
  if (value === "fit") return "fit";
  return value !== null && size >= smallest && size <= largest ? size : "auto";
}

/** Keeps a size for the next terminal. */
export function keepLetters(letters: Letters): void {
  localStorage.setItem(stored, String(letters));
}
