import { presetNames } from "./preset-names.ts";

/** Known programs without a preset. */
const withoutPreset = "cursor-agent copilot amp goose qwen crush kiro-cli".split(" ");

/** The programs of AI agents for a terminal, the one to prefer first. */
export const runtimeNames: readonly string[] = [
  ...new Set([...presetNames.filter((name) => name !== "shell"), ...withoutPreset]),
];

/** Returns the line for a shell that starts a conversation with a known agent. */
export function lineOf(program: string): string {
  return program === "goose" ? "goose session" : program;
}

/** Returns the known agent a line for a shell runs; undefined if it runs something else. */
export function runtimeIn(line: string): string | undefined {
  const program = programIn(line.split(/&&|;|\n/).at(-1) ?? "");
  return runtimeNames.includes(program) ? program : undefined;
}

/** Returns the name of the program a simple command runs, without its folder. */
export function programIn(command: string): string {
  return programWord(command).split("/").at(-1) ?? "";
}

/** Returns the program a simple command runs, as the command says it. */
export function programWord(command: string): string {
  const words = command.trim().split(/\s+/);
  while (/^(?:exec|env|command|nohup|[A-Za-z_]\w*=\S*)$/.test(words[0] ?? "")) words.shift();
  return words[0] ?? "";
}
