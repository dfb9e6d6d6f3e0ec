import { hostValueOf, type HostResult } from "../../hosts/host-result.ts";
import { count } from "../../text/counting.ts";
import { grouped } from "../../text/grouped.ts";
import { namesText } from "../alike.ts";
import type { AgentStatusJson, StatusJson } from "../status/status-output.ts";
import { alignedLines } from "../table/aligned-lines.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";

/** The fewest hosts whose states are counted: those of fewer are shown agent by agent. */
export const fewestCounted = 5;

/** The most agents that are named. */
const mostNamed = 20;

interface Counted {
  readonly host: string;
  readonly agents: readonly AgentStatusJson[];
}

/**
 * Returns the states of the agents of many hosts, counted: hosts with the same counts share a line, those with agents that
 * need a person come first, and these agents are named.
 */
export function manyStatusLines(results: readonly HostResult[], colors: Colors): readonly string[] {
  const counted = results.flatMap((result): readonly Counted[] => {
    const status = hostValueOf(result) as Partial<StatusJson> | undefined;
    return status?.agents === undefined ? [] : [{ host: result.host, agents: status.agents }];
  });
  const groups = [...grouped(counted, ({ agents }) => countsText(agents)).entries()];
  const needs = ([, group]: (typeof groups)[number]): number =>
    group[0]?.agents.filter(needsPerson).length ?? 0;
  const rows = groups
    .toSorted((a, b) => Number(needs(b) > 0) - Number(needs(a) > 0))
    .map(([counts, group]) => [counts, namesText(group.map(({ host }) => host))]);
  const named = counted.flatMap(({ host, agents }) =>
    agents.filter(needsPerson).map((agent) => `${host}/${agent.name}: ${agentStateText(agent)}`),
  );
  const left = named.length - mostNamed;
  return [
    ...alignedLines(["AGENTS", "HOSTS"], rows, colors),
    ...(named.length === 0 ? [] : ["", ...named.slice(0, mostNamed)]),
    ...(left > 0 ? [`and ${count(left, "agent")} more`] : []),
    "",
    `${count(
      counted.reduce((sum, { agents }) => sum + agents.length, 0),
      "agent",
    )} on ${count(counted.length, "host")}. fleet status --host HOST shows those of one host.`,
  ];
}

function needsPerson({ state, activity }: AgentStatusJson): boolean {
  return (
    !["running", "stopped", "completed", "starting"].includes(state) ||
    (state === "running" && (activity?.state === "waiting" || activity?.state === "limited"))
  );
}

function countsText(agents: readonly AgentStatusJson[]): string {
  if (agents.length === 0) return "no agents";
  const states = grouped(agents, stateWord);
  return [...states]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([state, some]) => `${some.length} ${state}`)
    .join(", ");
}

function stateWord({ state, activity }: AgentStatusJson): string {
  const isHeld = state === "running" && (activity?.state === "waiting" || activity?.state === "limited");
  return isHeld ? `running (${activity.state})` : state;
}

function agentStateText(agent: AgentStatusJson): string {
  const { exitStatus, memoryEnd, activity } = agent;
  const memory = memoryEnd === null ? "" : ", memory ran out";
  const reason = activity?.reason ?? null;
  const more =
    reason !== null
      ? `: ${visible(reason)}`
      : exitStatus === null
        ? ""
        : `, exit status ${exitStatus}${memory}`;
  return `${stateWord(agent)}${more}`;
}
