import type { Colors } from "../terminal/colors.ts";

/** Returns rows of cells as aligned lines below their heads. The last column may have any width. */
export function alignedLines(
  heads: readonly string[],
  rows: readonly (readonly string[])[],
  colors: Colors,
): readonly string[] {
  const widths = heads.map((head, column) =>
    Math.max(head.length, ...rows.map((row) => row[column]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, column) => (column === cells.length - 1 ? cell : cell.padEnd(widths[column] ?? 0)))
      .join("  ");
  return [colors.bold(line(heads)), ...rows.map(line)];
}
