import type { Diagnostic } from "../../diagnostics/diagnostic.ts";

/** Returns what a model should know about the server before it calls a tool. */
export function serverInstructions(allowed: readonly string[]): string {
  const isReadOnly = !allowed.some((name) => ["send", "restart", "apply"].includes(name));
  return [
    "mosaic-fleet runs a fleet of long-running agents, each in its own tmux session, as fleet.yaml declares them.",
    "Select agents by names, by patterns such as worker-*, or by labels. Begin with status.",
    isReadOnly
      ? "This server only reads: a person decides with --allow which changes are possible."
      : "A change of agents takes two calls: the first returns a plan and its id, the second confirms the id. Guards refuse what would end most of the fleet or your own session; only a person can lift them.",
    "Each session holds hours of work: restart or stop an agent only if you know what it does.",
  ].join(" ");
}

/** Returns the words of the problem of a tool that is not allowed. */
export function refusedTool(name: string): [string, Pick<Diagnostic, "detail" | "hint">] {
  return [
    `the tool ${name} is not allowed here`,
    {
      detail: "This server was started without it. Nothing was changed.",
      hint: `a person can allow it: fleet mcp --allow ${name}`,
    },
  ];
}

/** Returns the lines for a person who starts the server on a terminal. */
export function terminalLines(): readonly string[] {
  return [
    "fleet mcp serves tools to an agent on standard input and output: a program starts it.",
    "How to add it: fleet mcp --print-config claude (or codex, gemini, opencode). Ctrl-C ends it.",
  ];
}
