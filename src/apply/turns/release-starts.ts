import type { Desired } from "../../desired/types.ts";
import { holderDir, limitPath, type Layout } from "../../desired/layout.ts";
import { exists } from "../../drivers/files/read.ts";
import { removeFile } from "../../drivers/files/write.ts";
import type { Plan } from "../../plan/types.ts";

/** Starting agents, with the groups of their turns. */
export interface StartsToRelease {
  readonly groups: readonly string[];
  readonly agents: readonly string[];
}

/** Returns the agents with turns a plan starts, or all of its agents if a person asks for them. */
export function startsToRelease(
  { agents, actions }: Plan,
  desired: Desired,
  asksForAll: boolean,
): StartsToRelease {
  const names = new Set(
    asksForAll
      ? agents.map(({ name }) => name)
      : actions.flatMap(({ kind, agent }) => (kind === "start" || kind === "restart" ? (agent ?? []) : [])),
  );
  const taking = desired.agents.filter(({ name, startTurns }) => startTurns !== undefined && names.has(name));
  return {
    groups: [...new Set(taking.flatMap(({ startTurns = [] }) => startTurns.map(({ group }) => group)))],
    agents: taking.map(({ name }) => name),
  };
}

/**
 * Lets these agents and the other ones of their groups start again: forgets failures, and the limits of accounts. Returns the
 * groups that were held.
 */
export function releaseStarts({ groups, agents }: StartsToRelease, layout: Layout): readonly string[] {
  const folder = holderDir(layout);
  const held = groups.filter((group) => exists(`${folder}/held-${group}`));
  const files = [
    ...groups.flatMap((group) => [`${folder}/held-${group}`, `${folder}/failures-${group}`]),
    ...agents.map((agent) => limitPath(layout, agent)),
  ];
  for (const file of files) void removeFile(file);
  return held;
}
