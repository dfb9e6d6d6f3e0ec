import type { Survey } from "../../observed/survey.ts";
import type { Desired } from "../../desired/types.ts";
import { turnsOf } from "../../plan/actions.ts";
import type { Action } from "../../plan/types.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";

/** Agents the watch has restarted in their turn, with their configuration, until they have run for a while. */
export type Rolled = ReadonlyMap<string, string>;

/** A restarted agent counts as running when it has done so for this long, ms. */
const provenMs = 10_000;

/** The time until the next look at an agent that does not run, ms. */
const nextLookMs = 5_000;

/**
 * Returns the restarted agents without a proof yet that they run. After an edit an agent is none of them any more, and
 * neither if it has ended by itself or was stopped.
 */
export function stillRolled(
  rolled: Rolled,
  { desired, observed }: Survey,
  keys: ReadonlyMap<string, string>,
  runningForMs: ReadonlyMap<string, number>,
): Rolled {
  if (rolled.size === 0) return rolled;
  const view = agentViews(observed, desired.layout);
  const isOpen = ([name, key]: readonly [string, string]): boolean =>
    keys.get(name) === key &&
    (runningForMs.get(name) ?? 0) < provenMs &&
    unitPhase(view(name).unit) !== "stopped";
  return new Map([...rolled].filter(isOpen));
}

/** The facts about a fleet behind the waits. */
interface Turns {
  readonly desired: Desired;
  /** Agents that wait for another reason. */
  readonly waiting: ReadonlyMap<string, unknown>;
  readonly rolled: Rolled;
  readonly running: ReadonlyMap<string, number>;
  readonly nowMs: number;
}

/**
 * Holds the restarts beyond those that may be down at once in a group. A watch restarts the next ones when the earlier ones
 * have run for a while, so a change that breaks agents stops at the first of them.
 */
export function turnHolds(
  actions: readonly Action[],
  { desired, waiting, rolled, running, nowMs }: Turns,
): ReadonlyMap<string, { readonly why: "turn"; readonly untilMs: number }> {
  const down = new Map<string, number>();
  const countGroups = (groups: readonly { readonly group: string }[]): void => {
    for (const { group } of groups) down.set(group, (down.get(group) ?? 0) + 1);
  };
  for (const { name, startTurns = [] } of desired.agents) if (rolled.has(name)) countGroups(startTurns);
  const lefts = [...rolled.keys()].map((name) => {
    const ranMs = running.get(name);
    return ranMs === undefined ? nextLookMs : provenMs - ranMs;
  });
  const untilMs = nowMs + Math.min(nextLookMs, ...lefts);
  const holds = new Map<string, { readonly why: "turn"; readonly untilMs: number }>();
  for (const action of actions) {
    const { kind, agent } = action;
    const turns = turnsOf(action);
    if (kind !== "restart" || agent === undefined || turns.length === 0 || waiting.has(agent)) continue;
    const isFull = turns.some(({ group, parallel }) => (down.get(group) ?? 0) >= parallel);
    if (isFull) holds.set(agent, { why: "turn", untilMs });
    else countGroups(turns);
  }
  return holds;
}
