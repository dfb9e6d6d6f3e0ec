import type { Desired } from "../../desired/types.ts";
import { holderDir, type Layout } from "../../desired/layout.ts";
import { exists } from "../../drivers/files/read.ts";
import { removeFile } from "../../drivers/files/write.ts";
import type { Plan } from "../../plan/types.ts";

/** Returns the groups in which the agents take turns that a plan starts, or all of its agents if a person asks for them. */
export function groupsToRelease(
  { agents, actions }: Plan,
  desired: Desired,
  asksForAll: boolean,
): readonly string[] {
  const names = new Set(
    asksForAll
      ? agents.map(({ name }) => name)
      : actions.flatMap(({ kind, agent }) => (kind === "start" || kind === "restart" ? (agent ?? []) : [])),
  );
  return [
    ...new Set(desired.agents.flatMap(({ name, startGroups = [] }) => (names.has(name) ? startGroups : []))),
  ];
}

/** Lets the agents of these groups start again, and forgets their failures. Returns the groups that were held. */
export function releaseStarts(groups: readonly string[], layout: Layout): readonly string[] {
  const folder = holderDir(layout);
  const held = groups.filter((group) => exists(`${folder}/held-${group}`));
  for (const group of groups) {
    void removeFile(`${folder}/held-${group}`);
    void removeFile(`${folder}/failures-${group}`);
  }
  return held;
}
