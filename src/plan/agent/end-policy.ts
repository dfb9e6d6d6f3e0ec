import { strictest, type Policy } from "../../desired/marks/policy.ts";
import type { Desired } from "../../desired/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { findRenames } from "../rename/find-renames.ts";

/**
 * Returns a lookup of the policy for the end of each agent. For a declared agent it is its own, for a renamed
 * one that of its successor. For any other agent, its env file records the last declared policy, and
 * fleet.yaml may still declare an entry of its name, for example after a change of `replicas`: then the
 * stricter of the two applies.
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
