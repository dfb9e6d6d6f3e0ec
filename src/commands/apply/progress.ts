import type { Layout } from "../../desired/layout.ts";
import { notEnded, notReady } from "../../observe/runtime/under-way.ts";
import { readWaits } from "../../observe/runtime/wait.ts";
import type { Action } from "../../plan/types.ts";
import type { Progress } from "../../report/apply/progress-text.ts";

/** Kinds of actions that may take long, the ones to show first. */
const shownActions = ["start", "restart", "stop"] as const;

/** The line has room for no more names. */
const namedAgents = 3;

/** The agents of the verification, updated while it runs. */
export interface Checked {
  /** None before the verification. */
  names: readonly string[];
  left: readonly string[];
}

/**
 * Returns a reader of the progress of a run. `underWay` has its current actions, `beganMs` is its beginning, ms since
 * the epoch, and `checked` has the agents that are verified afterwards. Reads files alone, so the number of calls to systemd and tmux stays the same.
 */
export function progressReader(
  underWay: ReadonlySet<Action>,
  layout: Layout,
  beganMs: number,
  checked: Checked,
  services: ReadonlySet<string>,
): () => Progress | undefined {
  const servicesAmong = (names: readonly string[]): number =>
    names.filter((name) => services.has(name)).length;
  return () => {
    const ms = Date.now() - beganMs;
    for (const does of shownActions) {
      // A timer starts at once.
      const names = [...underWay].flatMap(({ kind, agent, target }) =>
        kind === does && agent && !target.endsWith(".timer") ? [agent] : [],
      );
      if (names.length === 0) continue;
      const left = does === "stop" ? notEnded(names, layout) : notReady(names, layout, beganMs);
      const waits = { byName: readWaits(left.slice(0, namedAgents), layout), now: Date.now() };
      return { does, all: names.length, services: servicesAmong(names), left, waits, ms };
    }
    const { names, left } = checked;
    const all = names.length;
    return all > 0 ? { does: "verify", all, services: servicesAmong(names), left, ms } : undefined;
  };
}
