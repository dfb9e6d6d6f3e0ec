import { awaitedAction, type AgentPlan } from "../../plan/agent-plan.ts";
import { visible } from "../terminal/display-text.ts";
import { exactDuration } from "../phrases.ts";
import { runtimeOfGroup } from "../../desired/pace.ts";
import { count, listOf } from "../../text/counting.ts";

/** Returns a line with the agents of a waiting apply, and its longest wait. */
export function waitingForIdle(names: readonly string[], timeoutMs: number): string {
  const who = names.length <= 5 ? ` (${names.map(visible).join(", ")})` : "";
  return `Waiting up to ${exactDuration(timeoutMs)} for ${count(names.length, "agent")} to fall idle${who}. Ctrl-C ends the wait.`;
}

/** Returns a line about groups of agents that were held, and start again. */
export function releasedLine(groups: readonly string[]): string {
  const runtimes = groups.flatMap((group) => runtimeOfGroup(group) ?? []);
  const whose = runtimes.length < groups.length ? "" : ` of runtime ${visible(listOf(runtimes))}`;
  return `The waiting agents${whose} start again.`;
}

/** Returns a line about an agent with another plan than the awaited one. */
export function leftLine(agent: AgentPlan): string {
  return `No longer waiting for ${visible(agent.name)}: its plan has changed (${awaitedAction(agent) ?? agent.action}). See fleet plan.`;
}
