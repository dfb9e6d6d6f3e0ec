import type { UiAgent } from "../../../src/ui/protocol.ts";
import { groups, type Sign } from "../words.ts";
import { groupsBy } from "./groupings.ts";
import { sortedAgents, type Sorting } from "./sorting.ts";

/** Some agents under one heading. Each agent is in one section. */
export interface AgentSection {
  readonly id: string;
  readonly title: string;
  /** Undefined if its agents have different needs. */
  readonly sign: Sign | undefined;
  readonly agents: readonly UiAgent[];
}

/** The needs of agents in their order: the first that fits takes the agent. */
const needs: readonly (Omit<AgentSection, "agents" | "sign"> & {
  readonly sign: Sign;
  readonly has: (agent: UiAgent) => boolean;
})[] = [
  ...groups.filter(({ id }) => id === "you" || id === "failed" || id === "pending"),
  ...groups.filter(({ id }) => id === "idle" || id === "working"),
  { id: "running", title: "Running", sign: "ok", has: ({ state }) => state === "running" },
  { id: "rest", title: "Not running", sign: "off", has: () => true },
];

const known = new WeakMap<UiAgent, string>();

/** Returns the id of the first need that fits an agent. A changed agent is another object, so its need is kept. */
export function needOf(agent: UiAgent): string {
  const kept = known.get(agent);
  if (kept !== undefined) return kept;
  const need = needs.find(({ has }) => has(agent))?.id ?? "rest";
  known.set(agent, need);
  return need;
}

/** Returns agents by what they need from a person, in the order of their attention inside. Empty sections are left out. Pure. */
export function sectionsOf(agents: readonly UiAgent[]): readonly AgentSection[] {
  const found = new Map<string, UiAgent[]>(needs.map(({ id }) => [id, []]));
  for (const agent of agents) found.get(needOf(agent))?.push(agent);
  return needs.flatMap(({ id, sign, title }) => {
    const own = found.get(id) ?? [];
    return own.length === 0 ? [] : [{ id, sign, title, agents: own }];
  });
}

/**
 * Returns agents in the sections of a grouping. In the order of a column, those that are in no other groups are in one
 * section, because the need is an order, too. Pure.
 */
export function sectionsBy(
  id: string,
  agents: readonly UiAgent[],
  here: string | null,
  sorting?: Sorting,
): readonly AgentSection[] {
  if (id === "" && sorting === undefined) return sectionsOf(agents);
  const sorted = sorting === undefined ? agents : sortedAgents(agents, sorting);
  if (id === "") return [{ id: "sorted", title: "All agents", sign: undefined, agents: sorted }];
  return groupsBy(id, sorted, here).map(({ value, title, agents: own }) => ({
    id: `${id}:${value ?? ""}`,
    title,
    sign: undefined,
    agents: own,
  }));
}

/** The number of agents with one need. */
export interface NeedCount {
  readonly id: string;
  /** Its words after the number. */
  readonly words: string;
  readonly sign: Sign;
  readonly count: number;
}

/** Returns how many agents have each need, without those that none has. Pure. */
export function countNeeds(agents: readonly UiAgent[]): readonly NeedCount[] {
  return sectionsOf(agents).map(({ id, sign = "ok", title, agents: own }) => ({
    id,
    words: id === "you" && own.length > 1 ? "need you" : title.toLowerCase(),
    sign,
    count: own.length,
  }));
}
