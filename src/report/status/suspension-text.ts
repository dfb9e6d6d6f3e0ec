import type { AgentPlan } from "../../plan/agent-plan.ts";
import type { Plan } from "../../plan/types.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { changePhrase } from "../change-text.ts";
import { suspensionPhrase } from "../phrases.ts";

/** Returns the results of `fleet suspend` or `fleet resume`, one line per agent. */
export function suspensionText({ agents }: Plan, colors: Colors): readonly string[] {
  const lines = agents.map(
    (agent) => `agent ${colors.bold(visible(agent.name))} ${suspensionOutcome(agent)}`,
  );
  const names = agents.filter(({ suspended }) => suspended !== undefined).map(({ name }) => name);
  return names.length === 0
    ? lines
    : [...lines, colors.dim(`apply leaves suspended agents alone, until: fleet resume ${names.join(" ")}`)];
}

function suspensionOutcome(agent: AgentPlan): string {
  const [change] = agent.changes;
  if (agent.action === "blocked" && change !== undefined) return `is left as it is: ${changePhrase(change)}`;
  if (agent.suspended !== undefined) return `is ${suspensionPhrase(agent.suspended)}`;
  return agent.action === "change" ? "is no longer suspended" : "was not suspended";
}
