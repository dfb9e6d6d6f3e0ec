import { naturally } from "../../../src/text/natural-order.ts";
import type { UiAgent, UiState } from "../../../src/ui/protocol.ts";
import { hostsOnPage, ownName } from "../words.ts";

/** A way to put agents together: by their need, their entry, their host, or a label. */
export interface Grouping {
  /** Its word in the address; empty for the need. */
  readonly id: string;
  readonly title: string;
}

/** The prefix of a grouping by a label. */
const labelPrefix = "label.";

/** Returns the groupings that tell agents of this fleet apart, the need first. Pure. */
export function groupingsOf(state: UiState): readonly Grouping[] {
  const { agents } = state;
  const labels = naturally(new Set(agents.flatMap((agent) => Object.keys(agent.labels))));
  return [
    { id: "", title: "need" },
    ...(agents.length > entryCounts(agents).size ? [{ id: "entry", title: "entry" }] : []),
    ...(hostsOnPage(state).length > 0 ? [{ id: "host", title: "host" }] : []),
    ...labels.map((label) => ({ id: `${labelPrefix}${label}`, title: `label ${label}` })),
  ];
}

/** Agents with the same value. */
export interface Group {
  /** Undefined for agents without a value. */
  readonly value: string | undefined;
  readonly title: string;
  readonly agents: readonly UiAgent[];
}

/**
 * Returns agents by their value in a grouping other than the need, in natural order; those without a value come last. Agents
 * keep their order in each group. `here` is the name of this machine. Pure.
 */
export function groupsBy(id: string, agents: readonly UiAgent[], here: string | null): readonly Group[] {
  const counts = id === "entry" ? entryCounts(agents) : new Map<string, number>();
  const found = new Map<string | undefined, UiAgent[]>();
  for (const agent of agents) {
    const value = groupValue(id, agent, here, counts);
    const own = found.get(value);
    if (own === undefined) found.set(value, [agent]);
    else own.push(agent);
  }
  const values = naturally([...found.keys()].filter((value) => value !== undefined));
  return [...values, undefined].flatMap((value) => {
    const own = found.get(value);
    return own === undefined ? [] : [{ value, title: value ?? restTitle(id), agents: own }];
  });
}

/** Returns the words of a filter that finds the agents of a group. */
export function filterFor(id: string, value: string): string {
  return id.startsWith(labelPrefix) ? `${id.slice(labelPrefix.length)}=${value}` : value;
}

/** Returns the number of agents by the entry that they seem to come from: a replica is `ENTRY-NUMBER`. */
function entryCounts(agents: readonly UiAgent[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const agent of agents) {
    const entry = entryNameOf(agent);
    counts.set(entry, (counts.get(entry) ?? 0) + 1);
  }
  return counts;
}

const entries = new WeakMap<UiAgent, string>();

function entryNameOf(agent: UiAgent): string {
  const entry = entries.get(agent) ?? ownName(agent).replace(/-\d+$/, "");
  entries.set(agent, entry);
  return entry;
}

function groupValue(
  id: string,
  agent: UiAgent,
  here: string | null,
  counts: ReadonlyMap<string, number>,
): string | undefined {
  if (id === "host") return agent.host ?? here ?? undefined;
  if (id.startsWith(labelPrefix)) return agent.labels[id.slice(labelPrefix.length)];
  const entry = entryNameOf(agent);
  return (counts.get(entry) ?? 0) > 1 ? entry : undefined;
}

function restTitle(id: string): string {
  if (id.startsWith(labelPrefix)) return `without ${id.slice(labelPrefix.length)}`;
  return "single agents";
}
