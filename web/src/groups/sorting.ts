import { inNaturalOrder } from "../../../src/text/natural-order.ts";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { ownName } from "../words.ts";

/** An order of agents by a column of the table. */
export interface Sorting {
  /** The title of the column, in small letters. */
  readonly column: string;
  /** True for the order of a second click. */
  readonly isReversed: boolean;
}

/** The columns that order agents, as the first click does: the longest time and the largest number first. */
const orders: Readonly<Record<string, (agent: UiAgent, place: number) => number | null>> = {
  agent: (_, place) => place,
  since: ({ since }) => since,
  quiet: ({ quietSince }) => quietSince,
  restarts: ({ restarts }) => -restarts,
  memory: ({ memoryBytes }) => (memoryBytes === null ? null : -memoryBytes),
};

/** The columns that order agents, in the order of the table. */
export const sortColumns: readonly string[] = Object.keys(orders);

/** Returns true for a column that orders agents. The share of a processor is known for agents on the screen alone. */
export function canSort(column: string): boolean {
  return Object.hasOwn(orders, column);
}

/** Returns the order in a word of the address; undefined for that of the need. */
export function sortingIn(word: string | null): Sorting | undefined {
  const column = word?.replace(/^-/, "") ?? "";
  return canSort(column) ? { column, isReversed: word !== column } : undefined;
}

/** Returns the word of the address after a click on a column: its order, then the reverse, then none. */
export function nextSort(sorting: Sorting | undefined, column: string): string | undefined {
  if (sorting?.column !== column) return column;
  return sorting.isReversed ? undefined : `-${column}`;
}

/** Returns agents in an order. Equal ones are by name, and those without a value come last in any case. Pure. */
export function sortedAgents(
  agents: readonly UiAgent[],
  { column, isReversed }: Sorting,
): readonly UiAgent[] {
  const placed = inNaturalOrder(agents, ownName).map((agent, place) => ({
    agent,
    value: orders[column]?.(agent, place) ?? null,
  }));
  return placed
    .toSorted(({ value: a }, { value: b }) =>
      a === null || b === null ? Number(a === null) - Number(b === null) : isReversed ? b - a : a - b,
    )
    .map(({ agent }) => agent);
}
