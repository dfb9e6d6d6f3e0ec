import type { AgentPlan } from "../../plan/types.ts";
import { visible } from "../terminal/display-text.ts";
import { duration } from "../phrases.ts";
import { count } from "../../text/counting.ts";

/** Returns a line with the agents of a waiting apply, and its longest wait. */
export function waitingLine(names: readonly string[], timeoutMs: number): string {
  const who = names.length <= 5 ? ` (${names.map(visible).join(", ")})` : "";
  return `Waiting up to ${duration(timeoutMs / 1000)} for ${count(names.length, "agent")} to fall idle${who}. Ctrl-C ends the wait.`;
}

/** Returns a line about an agent with another plan than the awaited one. */
export function leftLine({ name, action, awaiting }: AgentPlan): string {
  return `No longer waiting for ${visible(name)}: its plan has changed (${awaiting ?? action}). See fleet plan.`;
}
