/** The programs of AI agents for a terminal. */
const programs: ReadonlySet<string> = new Set(
  "claude codex gemini opencode aider cursor-agent copilot amp goose qwen crush kiro-cli".split(" "),
);

/** Returns the known agent that a line for a shell runs; undefined if it runs something else. */
export function runtimeIn(line: string): string | undefined {
  const last = line.split(/&&|;|\n/).at(-1) ?? "";
  const words = last.trim().split(/\s+/);
  while (/^(?:exec|env|command|nohup|[A-Za-z_]\w*=\S*)$/.test(words[0] ?? "")) words.shift();
  const program = (words[0] ?? "").split("/").at(-1) ?? "";
  return programs.has(program) ? program : undefined;
}
