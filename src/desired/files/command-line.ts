import type { CommandConfig } from "../../config/types.ts";
import { shellWord } from "../../text/shell-word.ts";

/** Returns a hook as one line for `sh -c`: a failed line is the last one to run. */
export function hookLine(lines: string | readonly string[]): string {
  if (typeof lines === "string") return lines;
  const [only = "", ...more] = lines;
  return more.length === 0 ? only : lines.map((line) => `sh -c ${shellWord(line)}`).join(" && ");
}

/**
 * Returns a command as a line for `sh -c`. A string is such a line already; an argument vector is quoted word
 * by word and replaces the shell, so the agent's process is the program itself.
 */
export function commandLine(command: CommandConfig): string {
  return typeof command === "string" ? command : `exec ${command.map(shellWord).join(" ")}`;
}
