/** Returns the columns of the terminal on standard output; Infinity without one. */
export function outputColumns(): number {
  return process.stdout.isTTY ? process.stdout.columns || 80 : Infinity;
}
