import { isatty } from "node:tty";

/** The widest line of help. */
export const keptHelpWidth = 80;

/** Returns the columns of the terminal on standard output; Infinity without one. */
export function outputColumns(): number {
  // Node makes a stream at the first use, which takes 3 % of a plan.
  return isatty(1) ? process.stdout.columns || 80 : Infinity;
}

/** Returns the columns of the terminal on standard error; Infinity without one. */
export function errorColumns(): number {
  return isatty(2) ? process.stderr.columns || 80 : Infinity;
}
