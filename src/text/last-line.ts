/** Returns the last non-blank line of a program's output, or undefined if there is none. */
export function lastLine(output: string): string | undefined {
  return output.trim().split("\n").at(-1)?.trim() || undefined;
}
