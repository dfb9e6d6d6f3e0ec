/** The programs for which `fleet mcp --print-config` knows the settings; `json` is the form of most others. */
export const clientNames = ["claude", "codex", "gemini", "opencode", "json"] as const;

/** The name of a program with settings of its own. */
export type ClientName = (typeof clientNames)[number];
