/** A program that is an AI agent for a terminal. */
interface KnownRuntime {
  /** The program to look for on PATH, and the name in `runtimes`. */
  readonly program: string;
  /** Its maker's name for it. */
  readonly title: string;
  /** Starts it with the last conversation of its folder, if it can; a line for sh. */
  readonly resume?: string;
}

/** The known agents, the most common first. */
const knownRuntimes: readonly KnownRuntime[] = [
  { program: "claude", title: "Claude Code", resume: "claude --continue || claude" },
  { program: "codex", title: "Codex CLI", resume: "codex resume --last || codex" },
  { program: "gemini", title: "Gemini CLI", resume: "gemini --resume || gemini" },
  { program: "opencode", title: "OpenCode", resume: "opencode --continue || opencode" },
  { program: "aider", title: "Aider" },
  { program: "cursor-agent", title: "Cursor CLI" },
  { program: "copilot", title: "GitHub Copilot CLI" },
  { program: "amp", title: "Amp" },
  { program: "goose", title: "Goose" },
  { program: "qwen", title: "Qwen Code" },
  { program: "crush", title: "Crush" },
  { program: "kiro-cli", title: "Kiro CLI" },
];

const programs: ReadonlySet<string> = new Set(knownRuntimes.map(({ program }) => program));

/** Returns the known agent that a line for a shell runs; undefined if it runs something else. */
export function runtimeIn(line: string): string | undefined {
  const last = line.split(/&&|;|\n/).at(-1) ?? "";
  const words = last.trim().split(/\s+/);
  while (words.length > 0 && /^(?:exec|env|command|nohup|[A-Za-z_]\w*=\S*)$/.test(words[0] ?? ""))
    words.shift();
  const program = (words[0] ?? "").split("/").at(-1) ?? "";
  return programs.has(program) ? program : undefined;
}
