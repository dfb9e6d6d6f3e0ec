import type { AgentPlan } from "../../../plan/agent-plan.ts";
import { isInterrupted } from "../../../plan/summary.ts";
import { joinAlike, nameless, rangesOf, type Alike } from "../../alike.ts";
import { changePhrase } from "../../change-text.ts";
import { stakePhrase } from "../../phrases.ts";
import type { Colors } from "../../terminal/colors.ts";
import { visible } from "../../terminal/display-text.ts";
import { isJoinable, leastQuiet, withQuiet } from "./alike-waits.ts";
import { diffText } from "./diff-text.ts";
import { glyphs, pluralVerb } from "./glyphs.ts";
import { holdAfter, waitingVerb } from "./hold-text.ts";
import { lacksSomething, missingGroups, missingLines, type SpotOf } from "./missing-text.ts";

/**
 * Returns the lines of the agents of a plan. Agents that read the same share a line, unless `verbose` opens it. An agent
 * whose work is interrupted always has a line of its own.
 */
export function agentLines(
  agents: readonly AgentPlan[],
  colors: Colors,
  verbose: boolean,
  spotOf?: SpotOf,
): readonly string[] {
  const missing = missingGroups(agents);
  return joinAgents(agents, verbose, (agent) =>
    linesOfAgent(agent, [nameless], colors, false).join("\n"),
  ).flatMap(({ first, names }) => {
    if (!lacksSomething(first)) return linesOfAgent(first, names, colors, verbose);
    const group = missing.get(first.name);
    return group === undefined ? [] : missingLines(group, colors, spotOf);
  });
}

/** Joins the agents that read the same; `wordsOf` is everything said of one, without its name. */
export function joinAgents<Agent extends AgentPlan>(
  agents: readonly Agent[],
  verbose: boolean,
  wordsOf: (agent: Agent) => string,
): readonly Alike<Agent>[] {
  if (verbose) return agents.map((first) => ({ first, all: [first], names: [first.name] }));
  const groups = joinAlike(
    agents,
    ({ name }) => name,
    (agent) => {
      if (isInterrupted(agent) || !isJoinable(agent) || lacksSomething(agent)) return undefined;
      const words = wordsOf(withQuiet(agent, 0));
      // The words of one agent alone, such as the path of its file.
      return words.includes(agent.name) ? undefined : words;
    },
  );
  return groups.map((group) =>
    group.names.length === 1 ? group : { ...group, first: leastQuiet(group.first, group.all) },
  );
}

function linesOfAgent(
  agent: AgentPlan,
  names: readonly string[],
  colors: Colors,
  verbose: boolean,
): readonly string[] {
  const { symbol, color, verb } = glyphs[agent.action];
  // The plan as a whole says the fleet is destroyed, so its agents need not.
  const told = agent.changes.filter(({ reason }) => reason !== "destroy");
  const [first, ...more] = told.map((change) => visible(changePhrase(change, names.length > 1)));
  const why = first === undefined ? "" : `: ${first}`;
  const glyph = symbol.padStart(3);
  const hold = agent.action === "pending" ? colors.dim(visible(holdAfter(agent, names.length > 1))) : "";
  const who = `${kindWord(agent, names.length)} ${colors.bold(visible(rangesOf(names)))}`;
  const does = agent.action === "pending" ? waitingVerb(agent) : verb;
  const line = `${colors[color](glyph)} ${who} ${names.length === 1 ? does : pluralVerb(does)}${why}${hold}`;
  return [
    line,
    ...more.map((each) => `      and ${each}`),
    ...stakeLines(agent, colors),
    ...told.flatMap((change) => diffText(change, colors, verbose)),
  ];
}

/** Returns `agent`, `agents`, `service` or `services`. */
function kindWord({ kind }: Pick<AgentPlan, "kind">, count: number): string {
  const word = kind ?? "agent";
  return count === 1 ? word : `${word}s`;
}

function stakeLines(agent: AgentPlan, colors: Colors): readonly string[] {
  if (!isInterrupted(agent)) return [];
  const { atStake } = agent;
  const line = `      interrupts its work: ${stakePhrase(atStake)}`;
  return [atStake.attached > 0 ? colors.red(line) : colors.dim(line)];
}
