import type { Layout } from "../desired/layout.ts";
import type { DesiredAgent } from "../desired/types.ts";
import type { AgentView } from "./agent-view.ts";
import { foreignThing } from "./foreign.ts";
import { isUp, unitPhase } from "./unit-state.ts";

/**
 * Finds, for an agent, the first of the agents that systemd would start along with it that is somebody else's work: it
 * is declared, but what is there under its name does not carry the fleet's mark. Through any number of dependencies.
 */
export function strangerFinder(
  agents: readonly DesiredAgent[],
  view: (name: string) => AgentView,
  layout: Layout,
): (name: string) => string | undefined {
  const declared = new Map(agents.map((agent) => [agent.name, agent]));
  const search = (name: string, seen: Set<string>): string | undefined => {
    for (const wanted of declared.get(name)?.wants ?? []) {
      const agent = declared.get(wanted);
      if (agent === undefined || seen.has(wanted)) continue;
      seen.add(wanted);
      const isForeign = foreignThing(agent, view(wanted), layout) !== undefined;
      if (isForeign && !isUp(unitPhase(view(wanted).unit))) return wanted;
      const behind = isForeign ? undefined : search(wanted, seen);
      if (behind !== undefined) return behind;
    }
    return undefined;
  };
  return (name) => search(name, new Set());
}
