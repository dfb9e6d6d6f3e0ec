/** A column with the widths it can have. */
export interface FlexibleColumn {
  /** The width of its widest cell. */
  readonly natural: number;
  /** The least width that still says something. */
  readonly least: number;
  /** A column with a lower rank is left out before the others. */
  readonly rank: number;
}

/** A column of the table, and its width there. */
export interface FittedColumn<Column> {
  readonly column: Column;
  readonly width: number;
}

/** Columns between two cells. */
export const gap = 2;

/**
 * Returns the columns that fit into a terminal of so many columns, with their widths, in the given order. Columns of low
 * rank are left out; the others share the room, those of high rank first. Pure.
 */
export function fitColumns<Column extends FlexibleColumn>(
  columns: readonly Column[],
  width: number,
): readonly FittedColumn<Column>[] {
  let kept = columns;
  while (kept.length > 1 && rowWidth(kept.map(({ least }) => least)) > width) {
    const lowest = kept.reduce((low, each) => (each.rank < low.rank ? each : low));
    kept = kept.filter((each) => each !== lowest);
  }
  let left = width - rowWidth(kept.map(({ least }) => least));
  const widths = new Map(kept.map((each) => [each, Math.min(each.least, width)]));
  for (const each of kept.toSorted((a, b) => b.rank - a.rank)) {
    const more = Math.max(0, Math.min(each.natural - each.least, left));
    widths.set(each, (widths.get(each) ?? 0) + more);
    left -= more;
  }
  return kept.map((column) => ({ column, width: widths.get(column) ?? 0 }));
}

function rowWidth(widths: readonly number[]): number {
  return widths.reduce((total, each) => total + each, 0) + gap * (widths.length - 1);
}
