import { inNaturalOrder } from "../../src/text/natural-order.ts";
import type { UiAgent } from "../../src/ui/protocol.ts";
import { groups } from "./words.ts";

/** The agents on the page, by attention and then by name. Those that need a person come first. Pure. */
export function selectAgents(
  agents: readonly UiAgent[],
  text: string,
  group: string | null,
): readonly UiAgent[] {
  const has = groups.find(({ id }) => id === group)?.has ?? (() => true);
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  const found = agents.filter((agent) => has(agent) && words.every((word) => textOf(agent).includes(word)));
  return inNaturalOrder(found, ({ name }) => name).toSorted((a, b) => b.attention - a.attention);
}

const texts = new WeakMap<UiAgent, string>();

/** Returns everything by which a filter finds an agent. */
function textOf(agent: UiAgent): string {
  const known = texts.get(agent);
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
  texts.set(agent, text);
  return text;
}
