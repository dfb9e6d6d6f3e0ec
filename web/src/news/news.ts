import type { UiAgent, UiState } from "../../../src/ui/protocol.ts";

/** The news of an agent for a person who looks elsewhere. */
export interface AgentNews {
  readonly agent: string;
  readonly title: string;
  /** Its question, the end of its limit, or its exit status; empty without one. */
  readonly text: string;
}

/**
 * Returns the agents that have begun to need a person between two states: each change is told once. The first state is no
 * news, and neither is an agent that needed somebody before. Pure.
 */
export function newsBetween(before: UiState | undefined, after: UiState): readonly AgentNews[] {
  if (before === undefined || after.fleet.problems.length > 0) return [];
  const asked = new Set(before.fleet.hosts.flatMap(({ name, seenAt }) => (seenAt === null ? [] : [name])));
  const known = new Map(before.agents.map((agent) => [agent.name, agent]));
  return after.agents.flatMap((agent) => {
    const need = newsNeed(agent);
    const last = known.get(agent.name);
    if (need === undefined || last === agent) return [];
    // The first answer of a machine is no news either.
    if (agent.host !== null && !asked.has(agent.host)) return [];
    const lastNeed = last && newsNeed(last);
    return lastNeed?.key === need.key ? [] : [{ agent: agent.name, title: need.title, text: need.text }];
  });
}

interface PersonNeed {
  /** Another question is another need. */
  readonly key: string;
  readonly title: string;
  readonly text: string;
}

function newsNeed({ activity, name, state, stateText }: UiAgent): PersonNeed | undefined {
  if (state === "failed") return { key: "failed", title: `${name} has failed`, text: stateText };
  if (state !== "running" || activity === null) return undefined;
  const text = activity.reason ?? "";
  if (activity.state === "waiting") return { key: `waiting ${text}`, title: `${name} waits for you`, text };
  if (activity.state === "limited") return { key: "limited", title: `${name} is at its limit`, text };
  return undefined;
}
