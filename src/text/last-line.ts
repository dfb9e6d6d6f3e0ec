/** The last line of a program's output that says something, or undefined where it said nothing. */
export function lastLine(output: string): string | undefined {
  return output.trim().split("\n").at(-1)?.trim() || undefined;
}
