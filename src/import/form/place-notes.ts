import type { ImportedAgent, ImportedFleet, ImportNote } from "./imported.ts";
import type { NoteCode } from "./note-codes.ts";

/** Notes about something that is no agent at all. */
const wholes: ReadonlySet<NoteCode> = new Set([
  "template",
  "daemon",
  "release",
  "no-command",
  "no-process",
  "another-procfile",
]);

/**
 * Returns the agent for the comment of each lost note: the one beginning above it in the same file. Notes of the
 * top level belong to the fleet, unless a file is one agent.
 */
export function placeNotes({ agents, lost }: ImportedFleet): {
  readonly atAgent: ReadonlyMap<ImportedAgent, readonly ImportNote[]>;
  readonly atFleet: readonly ImportNote[];
} {
  const atAgent = new Map<ImportedAgent, ImportNote[]>();
  const atFleet: ImportNote[] = [];
  for (const note of lost) {
    const agent = agentFor(note, agents);
    if (agent === undefined) atFleet.push(note);
    else atAgent.set(agent, [...(atAgent.get(agent) ?? []), note]);
  }
  return { atAgent, atFleet };
}

function agentFor(
  { file, line, code, isTop }: ImportNote,
  agents: readonly ImportedAgent[],
): ImportedAgent | undefined {
  const own = agents.filter((agent) => agent.file === file);
  if (wholes.has(code) || line === undefined) return undefined;
  if (own.length === 1) return own[0];
  return isTop === true ? undefined : own.findLast((agent) => agent.line <= line);
}
