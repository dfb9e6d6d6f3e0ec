import { entryWord } from "../../entry-path.ts";
import type { LenientAgent, Dependency, LenientFleet } from "./lenient-fleet.ts";
import type { Problem } from "../../problem.ts";
import { suggest } from "../../../text/suggest.ts";
import { listInSentence, quoteShortened } from "../../describe-path.ts";
import { maxErrors } from "../../yaml/yaml-document.ts";

/** One `dependsOn` item with a known target. */
interface Edge {
  readonly from: LenientAgent;
  readonly to: LenientAgent;
  readonly dependency: Dependency;
}

/** Checks for missing dependencies, and for agents waiting for themselves, even through others. */
export function dependencyProblems({ agents }: LenientFleet): readonly Problem[] {
  const findOwner = ownerFinder(agents);
  const problems: Problem[] = [];
  const edges = new Map<LenientAgent, Edge[]>();
  for (const from of agents) {
    edges.set(from, []);
    for (const dependency of from.dependsOn) {
      const to = findOwner(dependency.target);
      // The search for a similar name takes time, and further problems are not shown.
      if (problems.length >= maxErrors) return problems;
      if (to === undefined) problems.push(unknownDependency(from, dependency, agents));
      else if (to === from) problems.push(selfDependency(from, dependency));
      else edges.get(from)?.push({ from, to, dependency });
    }
  }
  const order = new Map(agents.map((agent, index) => [agent, index]));
  return [...problems, ...cyclesIn(edges).map((cycle) => cycleProblem(cycle, order))];
}

/** Returns a function that finds the entry of a dependency: an agent, or one of its replicas. */
function ownerFinder(agents: readonly LenientAgent[]): (target: string) => LenientAgent | undefined {
  const byName = new Map(agents.map((agent) => [agent.name, agent]));
  return (target) => {
    const agent = byName.get(target);
    if (agent !== undefined) return agent;
    const [, name, number] = /^(.+)-([1-9]\d*)$/.exec(target) ?? [];
    const owner = name === undefined ? undefined : byName.get(name);
    if (owner === undefined || owner.replicas === "none") return undefined;
    return owner.replicas === "unknown" || Number(number) <= owner.replicas ? owner : undefined;
  };
}

function unknownDependency(
  from: LenientAgent,
  { index, target }: Dependency,
  agents: readonly LenientAgent[],
): Problem {
  const names = agents.map(({ name }) => name);
  const [, owner] = /^(.+)-\d+$/.exec(target) ?? [];
  const replicas = agents.find(({ name }) => name === owner)?.replicas;
  const isReplica = owner !== undefined && replicas !== undefined;
  const guess = isReplica ? undefined : suggest(target, names);
  return {
    code: "unknown-dependency",
    summary: `${entryWords(from)} depends on ${quoteShortened(target)}, which is not declared`,
    detail: isReplica
      ? replicasDetail(owner, replicas)
      : `${declaredWord(agents)}: ${listInSentence(names, "and")}.`,
    hint: guess === undefined ? undefined : `did you mean ${quoteShortened(guess)}?`,
    path: [from.section, from.name, "dependsOn", index],
    on: keyOrValue(index),
    absent: target,
  };
}

function replicasDetail(owner: string, replicas: LenientAgent["replicas"]): string {
  return typeof replicas === "number"
    ? `Agent ${quoteShortened(owner)} has the replicas ${owner}-1 to ${owner}-${replicas}.`
    : `Agent ${quoteShortened(owner)} has no replicas.`;
}

/** Returns `agent "coder"` or `service "proxy"`. */
function entryWords({ section, name }: LenientAgent): string {
  return `${entryWord(section)} ${quoteShortened(name)}`;
}

function declaredWord(agents: readonly LenientAgent[]): string {
  return agents.some(({ section }) => section === "services")
    ? "Declared agents and services"
    : "Declared agents";
}

function selfDependency(agent: LenientAgent, { index }: Dependency): Problem {
  return {
    code: "dependency-cycle",
    summary: `${entryWords(agent)} depends on itself`,
    hint: "remove this item",
    path: [agent.section, agent.name, "dependsOn", index],
    on: keyOrValue(index),
  };
}

/** Returns the part of fleet.yaml that names a dependency. */
function keyOrValue(index: Dependency["index"]): Problem["on"] {
  return typeof index === "string" ? "key" : "value";
}

/**
 * Returns one cycle for each edge that closes one, depth first in the order of the file. Without recursion: a
 * chain of dependencies may be longer than the stack is deep.
 */
function cyclesIn(edges: ReadonlyMap<LenientAgent, readonly Edge[]>): readonly (readonly Edge[])[] {
  const cycles: Edge[][] = [];
  const finished = new Set<LenientAgent>();
  for (const start of edges.keys()) {
    const trail: Edge[] = [];
    const depths = new Map([[start, 0]]);
    const open = [{ agent: start, next: 0 }];
    for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
      const edge = finished.has(top.agent) ? undefined : edges.get(top.agent)?.[top.next++];
      if (edge === undefined) {
        finished.add(top.agent);
        depths.delete(top.agent);
        open.pop();
        trail.pop();
        continue;
      }
      const depth = depths.get(edge.to);
      if (depth !== undefined) {
        cycles.push([...trail.slice(depth), edge]);
        if (cycles.length >= maxErrors) return cycles;
      }
      if (depth === undefined && !finished.has(edge.to)) {
        depths.set(edge.to, open.length);
        open.push({ agent: edge.to, next: 0 });
        trail.push(edge);
      }
    }
  }
  return cycles;
}

/** Describes a cycle from its first agent in the file, so the text does not depend on the search. */
function cycleProblem(cycle: readonly Edge[], order: ReadonlyMap<LenientAgent, number>): Problem {
  const positions = cycle.map(({ from }) => order.get(from) ?? 0);
  const first = positions.indexOf(positions.reduce((a, b) => Math.min(a, b)));
  const edges = [...cycle.slice(first), ...cycle.slice(0, first)];
  const names = edges.map(({ from }) => from.name);
  const [closing] = edges.slice(-1);
  return {
    code: "dependency-cycle",
    summary: `dependency cycle: ${[...shortenedNames(names), names[0]].join(" → ")}`,
    detail: "systemd would break the cycle at a place of its own choice.",
    hint: `remove one of the dependencies of ${listInSentence(names, "or")}`,
    path: [
      closing?.from.section ?? "agents",
      closing?.from.name ?? "",
      "dependsOn",
      closing?.dependency.index ?? 0,
    ],
    on: keyOrValue(closing?.dependency.index ?? 0),
  };
}

/** Returns the first and the last of many names. */
function shortenedNames(names: readonly string[]): readonly string[] {
  return names.length <= 12 ? names : [...names.slice(0, 10), "…", ...names.slice(-1)];
}
