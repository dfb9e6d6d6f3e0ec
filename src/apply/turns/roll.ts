import { setTimeout as sleep } from "node:timers/promises";
import type { Stay } from "../../events/apply-events.ts";
import { haltReader } from "../../observe/runtime/halts.ts";
import { turnInMs } from "./turn-in.ts";
import { turnsOf } from "../../plan/actions.ts";
import type { StillDue } from "../../plan/still-due.ts";
import type { Action } from "../../plan/types.ts";
import type { Target } from "../target.ts";
import { verifyAgents } from "../verify/verify.ts";

/** A new look at agents: returns what is still to do; undefined if it failed. */
export type LookAgain = (names: readonly string[]) => Promise<StillDue | undefined>;

/** The waves of a run: the restarts of agents in turns. */
export interface Roll {
  /** Waits for the turn of a wave. Returns the reasons why some of its agents keep running as they are. */
  readonly waitForTurn: (actions: readonly Action[]) => Promise<ReadonlyMap<Action, Stay>>;
  /** Looks if the agents of a wave run again. If not, the next wave of their groups stays away. */
  readonly check: (actions: readonly Action[]) => Promise<void>;
}

/**
 * Opens the waves of a run. A wave begins when its agents may start at once, so they are not down while they wait. Agents
 * count as down until they run again: so a harmful change stops at the first `parallel` of them.
 */
export function openRoll(target: Target, lookAgain: LookAgain | undefined, interrupt: AbortSignal): Roll {
  const { layout } = target;
  const beganUs = Number(process.hrtime.bigint() / 1000n);
  /** Agents of earlier waves that do not run, by group. */
  const down = new Map<string, string[]>();
  let isFirst = true;

  function standstill(actions: readonly Action[]): Stay | undefined {
    const turns = actions.slice(0, 1).flatMap(turnsOf);
    const full = turns.find(({ group, parallel }) => (down.get(group)?.length ?? 0) >= parallel);
    if (full !== undefined) return { why: "failed", behind: down.get(full.group) ?? [] };
    const halt = haltReader(layout)(turns.map(({ group }) => group));
    return halt === undefined ? undefined : { why: "held", halt };
  }

  async function sleepUntilTurn(actions: readonly Action[]): Promise<void> {
    const turns = actions.slice(0, 1).flatMap(turnsOf);
    for (;;) {
      const ms = turnInMs(turns, layout);
      if (ms <= 0 || interrupt.aborted || standstill(actions) !== undefined) return;
      isFirst = false;
      await sleep(Math.min(ms, 1_000), undefined, { signal: interrupt }).catch(() => undefined);
    }
  }

  const allStay = (actions: readonly Action[], stay: Stay): ReadonlyMap<Action, Stay> =>
    new Map(actions.map((action) => [action, stay]));

  return {
    async waitForTurn(actions) {
      await sleepUntilTurn(actions);
      if (interrupt.aborted) return allStay(actions, { why: "interrupted" });
      const stay = standstill(actions);
      if (stay !== undefined) return allStay(actions, stay);
      if (isFirst || lookAgain === undefined) return new Map();
      const due = await lookAgain(actions.flatMap(({ agent }) => agent ?? []));
      if (due === undefined) return allStay(actions, { why: "unknown" });
      return allStay(
        actions.filter(({ agent = "" }) => !due.restarts.has(agent)),
        { why: "changed" },
      );
    },
    async check(actions) {
      isFirst = false;
      if (interrupt.aborted) return;
      const names = actions.flatMap(({ agent }) => agent ?? []);
      const checked = await verifyAgents(names, target, interrupt, beganUs);
      // Unknown is not up.
      const fallen = checked.ok
        ? checked.value === "interrupted"
          ? []
          : checked.value.map(({ name }) => name)
        : names;
      for (const action of actions) {
        if (action.agent === undefined || !fallen.includes(action.agent)) continue;
        for (const { group } of turnsOf(action)) down.set(group, [...(down.get(group) ?? []), action.agent]);
      }
    },
  };
}
