import type { UiAgent } from "../../src/ui/protocol.ts";
import { groups, type Sign } from "./words.ts";

/** Some agents under one heading. Each agent is in one section. */
export interface Section {
  readonly id: string;
  readonly title: string;
  readonly sign: Sign;
  readonly agents: readonly UiAgent[];
}

/** The sections in their order: the first that fits takes the agent. */
const sections: readonly (Omit<Section, "agents"> & { readonly has: (agent: UiAgent) => boolean })[] = [
  ...groups.filter(({ id }) => id === "you" || id === "failed" || id === "pending"),
  ...groups.filter(({ id }) => id === "idle" || id === "working"),
  { id: "running", title: "Running", sign: "ok", has: ({ state }) => state === "running" },
  { id: "rest", title: "Not running", sign: "off", has: () => true },
];

/** Returns agents by what they need from a person, in the order of their attention inside. Empty sections are left out. Pure. */
export function sectionsOf(agents: readonly UiAgent[]): readonly Section[] {
  const found = new Map<string, UiAgent[]>(sections.map(({ id }) => [id, []]));
  for (const agent of agents) found.get(sections.find(({ has }) => has(agent))?.id ?? "rest")?.push(agent);
  return sections.flatMap(({ id, sign, title }) => {
    const own = found.get(id) ?? [];
    return own.length === 0 ? [] : [{ id, sign, title, agents: own }];
  });
}
