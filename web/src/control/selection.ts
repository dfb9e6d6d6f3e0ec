import { change, current } from "../store.ts";

/** The agent that was selected last: a range begins there. */
let last: string | undefined;

/** Selects an agent, or takes it out. With `isRange`, all between it and the last one get the same, as the table has them. */
export function toggleSelected(name: string, isRange: boolean): void {
  const { selected } = current();
  const isOn = !selected.has(name);
  const names = isRange ? between(last, name) : [name];
  last = name;
  const next = new Set(selected);
  for (const each of names) {
    if (isOn) next.add(each);
    else next.delete(each);
  }
  change({ selected: next });
}

/** Selects exactly these agents. */
export function select(names: readonly string[]): void {
  last = undefined;
  change({ selected: new Set(names) });
}

function between(from: string | undefined, to: string): readonly string[] {
  const rows = [...document.querySelectorAll<HTMLElement>("[role=row][data-name]")];
  const names = rows.map(({ dataset }) => dataset["name"] ?? "");
  const ends = [names.indexOf(from ?? to), names.indexOf(to)];
  return ends.includes(-1) ? [to] : names.slice(Math.min(...ends), Math.max(...ends) + 1);
}
