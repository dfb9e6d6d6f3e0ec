import { inNaturalOrder } from "../../../src/text/natural-order.ts";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { groups } from "../words.ts";

/** A choice of agents. */
export interface AgentChoice {
  /** Words that each chosen agent has. */
  readonly text: string;
  /** The id of a group; null for all. */
  readonly group: string | null;
  /** The name of a machine; null for all. */
  readonly host: string | null;
}

/** Returns the choice in an address. Pure. */
export function choiceIn(query: URLSearchParams): AgentChoice {
  return { text: query.get("q") ?? "", group: query.get("show"), host: query.get("host") };
}

/**
 * Returns the chosen agents, by attention and then by name. Those that need a person come first. `here` is the name of this
 * machine. Pure.
 */
export function matchingAgents(
  agents: readonly UiAgent[],
  { text, group, host }: AgentChoice,
  here: string | null,
): readonly UiAgent[] {
  const has = groups.find(({ id }) => id === group)?.has ?? (() => true);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = agents.filter(
    (agent) =>
      has(agent) &&
      (host === null || (agent.host ?? here) === host) &&
      words.every((word) => searchedText(agent).includes(word)),
  );
  return inNaturalOrder(found, ({ name }) => name).toSorted((a, b) => b.attention - a.attention);
}

const searchedTexts = new WeakMap<UiAgent, string>();

/** Returns everything by which a filter finds an agent. */
function searchedText(agent: UiAgent): string {
  const known = searchedTexts.get(agent);
  if (known !== undefined) return known;
  const labels = Object.entries(agent.labels).map(([name, value]) => `${name}=${value}`);
  const text = [
    agent.name,
    agent.state,
    agent.activity?.state,
    agent.activity?.reason,
    agent.pending,
    ...labels,
  ]
    .join("\n")
    .toLowerCase();
  searchedTexts.set(agent, text);
  return text;
}
