import type { Desired } from "../../desired/types.ts";
import type { Observed } from "../../observed/types.ts";
import { isAsWanted } from "../config/env-mark.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Returns the agents that run as declared. A plan needs none of the start script's files on them (last start,
 * earlier end): with a thousand agents, reading these is a tenth of a plan.
 */
export function unchangedAgents(
  { agents }: Desired,
  { units, files, tmux }: Omit<Observed, "runtime">,
): ReadonlySet<string> {
  /** The configuration of each running agent; an agent with several live panes needs a closer check. */
  const running = new Map<string, string | undefined>();
  for (const { agent, dead, config } of tmux.kind === "server" ? tmux.panes : []) {
    if (agent !== undefined && !dead) running.set(agent, running.has(agent) ? undefined : config?.hash);
  }
  const unchanged = new Set<string>();
  for (const { name, unit, state, env, config } of agents) {
    const found = files.get(env.path);
    const isUnchanged =
      state === "running" &&
      unitPhase(units.get(unit)) === "running" &&
      running.get(name) === config.hash &&
      found?.kind === "file" &&
      isAsWanted(env, found.content);
    if (isUnchanged) unchanged.add(name);
  }
  return unchanged;
}
