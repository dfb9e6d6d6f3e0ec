import { turnsOf } from "../../plan/actions.ts";
import type { Action } from "../../plan/types.ts";

/**
 * Returns the restarts of a batch that may begin: at most `parallel` agents of a group are down at once. A wave has agents of
 * the same groups alone, so no group waits for the turn of another one. Everything but restarts in turns begins first, in a
 * call of its own. Pure.
 */
export function fittingWave(actions: readonly Action[], underWay: Iterable<Action>): readonly Action[] {
  const others = actions.filter((action) => !isInTurns(action));
  if (others.length > 0 || actions.length === 0) return others;
  const down = new Map<string, number>();
  const countTurns = (action: Action): void => {
    for (const { group } of turnsOf(action)) down.set(group, (down.get(group) ?? 0) + 1);
  };
  for (const action of underWay) countTurns(action);
  let groups: string | undefined;
  return actions.filter((action) => {
    const turns = turnsOf(action);
    const own = turns.map(({ group }) => group).join(" ");
    const isFull = turns.some(({ group, parallel }) => (down.get(group) ?? 0) >= parallel);
    if (isFull || (groups !== undefined && groups !== own)) return false;
    groups = own;
    countTurns(action);
    return true;
  });
}

/** Returns true for the restart of an agent that takes turns. */
export function isInTurns(action: Action): boolean {
  return action.kind === "restart" && turnsOf(action).length > 0;
}
