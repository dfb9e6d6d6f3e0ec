import type { ApplyOutcome, Stay } from "../../events/apply-events.ts";
import { summarize } from "../../plan/summary.ts";
import type { Plan } from "../../plan/types.ts";
import { listOf } from "../../text/counting.ts";
import { heldPhrase } from "../phrases.ts";
import { visible } from "../terminal/display-text.ts";

/** Returns lines about agents that keep running as before, one for each reason. */
export function stayedLines({ stayed = new Map() }: ApplyOutcome): readonly string[] {
  const byReason = new Map<string, string[]>();
  for (const [{ agent = "" }, stay] of stayed) {
    const reason = stayedPhrase(stay);
    byReason.set(reason, [...(byReason.get(reason) ?? []), agent]);
  }
  return [...byReason].map(
    ([reason, names]) =>
      `${visible(listOf(names))} ${names.length === 1 ? "keeps" : "keep"} running as before: ${reason}`,
  );
}

function stayedPhrase(stay: Stay): string {
  switch (stay.why) {
    case "failed": {
      const one = stay.behind.length === 1;
      return `${visible(listOf(stay.behind))}, which restarted first, ${one ? "does" : "do"} not run. Once that is fixed, fleet apply goes on.`;
    }
    case "held":
      return `${heldPhrase(stay.halt)}. Once that is fixed, fleet apply goes on.`;
    case "changed":
      return "busy again, or changed by somebody in the meantime. See fleet plan.";
    case "unknown":
      return "the machine could not be observed before their turn. fleet apply goes on.";
    case "interrupted":
      return "the run was interrupted.";
  }
}

/** Returns a plan as it was carried out: agents that keep running as before wait. */
export function withoutStayed(plan: Plan, { stayed }: ApplyOutcome): Plan {
  if (stayed === undefined) return plan;
  const names = new Set([...stayed.keys()].map(({ agent }) => agent));
  const agents = plan.agents.filter(({ name }) => !names.has(name));
  const summary = summarize(agents, plan.actions);
  return { ...plan, agents, summary: { ...summary, pending: summary.pending + names.size } };
}
