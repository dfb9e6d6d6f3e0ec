/** The programs of AI agents for a terminal, the one to prefer first. */
export const runtimeNames: readonly string[] =
  "claude codex gemini opencode aider cursor-agent copilot amp goose qwen crush kiro-cli".split(" ");
