import { contradictsFleet } from "../../plan/deviation.ts";
import type { AgentPlan } from "../../plan/agent-plan.ts";
import type { Plan } from "../../plan/types.ts";
import { deviationNote } from "./deviation-text.ts";
import { joinAlike, rangesOf, type Alike } from "../alike.ts";
import { changePhrase } from "../change-text.ts";
import { stakePhrase } from "../phrases.ts";
import { glyphs, pluralVerb } from "./agents/glyphs.ts";
import { summaryLine } from "./plan-text.ts";
import { createColors } from "../terminal/colors.ts";
import { refusalText } from "./refusal-text.ts";
import { annotation, type Spot } from "./workflow-commands.ts";
import { isInterrupted } from "../../plan/summary.ts";

/** The places of the parts of a plan in fleet.yaml. */
export interface PlanSpots {
  /** For an agent that is no longer declared, the place of all agents. */
  agent(name: string): Spot;
  readonly agents: Spot;
}

/**
 * Returns a plan as annotations: a warning for each refusal, interruption, removal and block, at the line of the agent,
 * and a notice with the last line. Agents of one line that read the same share a warning, except those with work at stake. GitHub shows the first ten warnings of a step, so the most important come first.
 * `problemsOnly` leaves out the rest of the plan.
 */
export function planGithub(plan: Plan, spots: PlanSpots, problemsOnly: boolean): readonly string[] {
  const { refusals, hindrance, agents } = plan;
  const about = (which: (agent: AgentPlan) => boolean): readonly string[] =>
    joinAlike(agents.filter(which), nameOf, (agent) => sharedWords(agent, spots)).map((group) =>
      agentWarning(group, spots),
    );
  const refused = refusals.map((refusal) =>
    annotation(
      "warning",
      "fleet plan: refused",
      `${refusalText(refusal)}. If that is meant, add ${refusal.flag}.`,
      spots.agents,
    ),
  );
  const held =
    hindrance === undefined
      ? []
      : [annotation("warning", `fleet ${plan.fleet} is blocked`, changePhrase(hindrance), spots.agents)];
  const overridden = (plan.deviations ?? [])
    .filter(contradictsFleet)
    .map((each) =>
      annotation("warning", "fleet plan: overridden", deviationNote(each, agents.length), spots.agents),
    );
  const blocked = about(({ action }) => action === "blocked");
  if (problemsOnly) return [...refused, ...held, ...overridden, ...blocked];
  return [
    ...refused,
    ...held,
    ...overridden,
    ...about(isInterrupted),
    ...about((agent) => agent.action === "remove" && !isInterrupted(agent)),
    ...blocked,
    annotation("notice", "fleet plan", summaryLine(plan, createColors(false))),
  ];
}

/** Returns true if planGithub has a warning for a line of fleet.yaml. */
export function hasWarnings({ refusals, hindrance, agents, deviations = [] }: Plan): boolean {
  const isNotable = (agent: AgentPlan): boolean =>
    agent.action === "remove" || agent.action === "blocked" || isInterrupted(agent);
  return (
    deviations.some(contradictsFleet) ||
    refusals.length > 0 ||
    hindrance !== undefined ||
    agents.some(isNotable)
  );
}

function nameOf({ name }: AgentPlan): string {
  return name;
}

/** Returns all that a warning says of an agent without its name; undefined for an agent with a warning of its own. */
function sharedWords(agent: AgentPlan, spots: PlanSpots): string | undefined {
  if (isInterrupted(agent)) return undefined;
  const words = agentWarning({ first: agent, names: [""] }, spots);
  return words.includes(agent.name) ? undefined : words;
}

function agentWarning({ first, names }: Omit<Alike<AgentPlan>, "all">, spots: PlanSpots): string {
  const { name, action, changes, cost } = first;
  const isMany = names.length > 1;
  const why = changes.map((change) => changePhrase(change, isMany)).join(", and ");
  const stake = cost === "agent" ? `\nInterrupts its work: ${stakePhrase(first.atStake)}.` : "";
  const { verb } = glyphs[action];
  const title = `${isMany ? "agents" : "agent"} ${rangesOf(names)} ${isMany ? pluralVerb(verb) : verb}`;
  return annotation("warning", title, `${why}.${stake}`, spots.agent(name));
}
