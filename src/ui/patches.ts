import type { UiAgent, UiAgentPatch, UiPatch, UiState } from "./protocol.ts";

/** Returns the changes from one state to another; undefined if there are none. Pure. */
export function patchBetween(before: UiState, after: UiState): UiPatch | undefined {
  const known = new Map(before.agents.map((agent) => [agent.name, agent]));
  const agents = after.agents.flatMap((agent) => agentPatch(known.get(agent.name), agent) ?? []);
  const present = new Set(after.agents.map(({ name }) => name));
  const gone = before.agents.map(({ name }) => name).filter((name) => !present.has(name));
  const isSameFleet = isSame(before.fleet, after.fleet);
  if (isSameFleet && agents.length === 0 && gone.length === 0) return undefined;
  return { ...(isSameFleet ? {} : { fleet: after.fleet }), agents, gone };
}

/** Returns the state after a patch. Unchanged agents stay the same objects, so a page draws only the changed rows. Pure. */
export function withPatch(state: UiState, patch: UiPatch): UiState {
  const gone = new Set(patch.gone);
  const changes = new Map(patch.agents.map((agent) => [agent.name, agent]));
  const kept = state.agents
    .filter(({ name }) => !gone.has(name))
    .map((agent) => {
      const change = changes.get(agent.name);
      changes.delete(agent.name);
      return change === undefined ? agent : { ...agent, ...change };
    });
  // A patch has all fields of a new agent.
  const added = [...changes.values()] as readonly UiAgent[];
  return { fleet: patch.fleet ?? state.fleet, agents: [...kept, ...added] };
}

function agentPatch(before: UiAgent | undefined, after: UiAgent): UiAgentPatch | undefined {
  if (before === undefined) return after;
  if (before === after) return undefined;
  const fields = (Object.keys(after) as (keyof UiAgent)[]).filter((key) => !isSame(before[key], after[key]));
  if (fields.length === 0) return undefined;
  return { ...Object.fromEntries(fields.map((key) => [key, after[key]])), name: after.name };
}

/** Compares plain data: the keys of both sides come in the same order, because one function makes them. */
function isSame(one: unknown, other: unknown): boolean {
  return one === other || (typeof one === "object" && JSON.stringify(one) === JSON.stringify(other));
}
