import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { isAsWanted } from "../config/env-mark.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Agents that run as they are declared to, so that a plan asks nothing of what the start script keeps of them (when they
 * were started, and how they ended before): with a thousand agents, looking that up is a tenth of a plan.
 */
export function unchangedAgents(
  { agents }: Desired,
  { units, files, tmux }: Omit<Observed, "runtime">,
): ReadonlySet<string> {
  /** What each agent runs with; of one with several live panes, that is another question. */
  const running = new Map<string, string | undefined>();
  for (const { agent, dead, config } of tmux.kind === "server" ? tmux.panes : []) {
    if (agent !== undefined && !dead) running.set(agent, running.has(agent) ? undefined : config?.hash);
  }
  const settled = new Set<string>();
  for (const { name, unit, state, env, config } of agents) {
    const found = files.get(env.path);
    const isSettled =
      state === "running" &&
      unitPhase(units.get(unit)) === "running" &&
      running.get(name) === config.hash &&
      found?.kind === "file" &&
      isAsWanted(env, found.content);
    if (isSettled) settled.add(name);
  }
  return settled;
}
