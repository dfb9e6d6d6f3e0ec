import type { WaitingValue } from "../diffs/plan/waiting-values.ts";
import { visible } from "./terminal/display-text.ts";
import { truncateEnd } from "./terminal/fit/truncate.ts";

/** The most columns of a value: a command may have many lines. */
const widest = 60;

/** Returns `env.MODEL: opus, next haiku`. */
export function valuePhrase({ field, running, next }: WaitingValue): string {
  return `${visible(field)}: ${shownValue(running)}, next ${shownValue(next)}`;
}

/** Returns `opus -> haiku`, with the arrow of the place where it is shown. */
export function stepPhrase({ running, next }: WaitingValue, arrow: "->" | "→"): string {
  return `${shownValue(running)} ${arrow} ${shownValue(next)}`;
}

function shownValue(value: string | undefined): string {
  if (value === undefined) return "not set";
  return value === "" ? '""' : truncateEnd(visible(value), widest);
}
