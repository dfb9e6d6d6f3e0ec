import { strictest, type Policy } from "../../desired/marks/policy.ts";
import type { Desired } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { findRenames } from "../rename/find-renames.ts";

/**
 * Returns a lookup of the policy by which each agent may be ended. For a declared agent that is its own, for a renamed one that of
 * the agent that takes its place. For another one its env file says how it was declared last, and fleet.yaml may still
 * declare an entry of its name, as after a change of `replicas`: then the stricter of the two holds.
 */
export function endPolicies(
  { agents, policies }: Pick<Desired, "agents" | "policies">,
  view: (name: string) => AgentView,
): (name: string) => Policy {
  const renames = findRenames({ agents });
  const declared = new Map(agents.map((agent) => [agent.name, agent]));
  return (name) => {
    const own = declared.get(name) ?? renames.successor(name);
    if (own !== undefined) return own;
    const entry = policies.get(name) ?? policies.get(name.replace(/-[1-9]\d*$/, ""));
    const recorded = view(name).policy;
    return entry === undefined ? recorded : strictest(recorded, entry);
  };
}
