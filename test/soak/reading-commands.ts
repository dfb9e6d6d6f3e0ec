/** Reading commands, in which AGENT stands for a name, with the exit codes for any machine. */
export const readingCommands = {
  status: { args: ["status", "--json"], codes: [0, 4] },
  "status of": { args: ["status", "AGENT", "-o", "wide"], codes: [0, 4, 64] },
  why: { args: ["why", "AGENT"], codes: [0, 64] },
  diff: { args: ["diff"], codes: [0] },
  events: { args: ["events", "--json"], codes: [0] },
  history: { args: ["history", "--json"], codes: [0] },
  doctor: { args: ["doctor", "--json"], codes: [0, 1] },
  graph: { args: ["graph", "-v"], codes: [0] },
  logs: { args: ["logs", "AGENT"], codes: [0, 1, 64] },
  snapshot: { args: ["snapshot"], codes: [0] },
  "the worktrees": { args: ["worktree", "list", "--json"], codes: [0] },
  "the plan of a rollback": { args: ["rollback", "HEAD", "--dry-run"], codes: [1, 64] },
} as const;

export type ReadingName = keyof typeof readingCommands;
export const readingNames = Object.keys(readingCommands) as readonly ReadingName[];
