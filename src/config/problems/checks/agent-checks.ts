import { entryWord } from "../../entry-path.ts";
import { maxNameLength } from "../../schema/values/names.ts";
import type { LenientAgent, LenientFleet } from "./lenient-fleet.ts";
import type { Path, Problem } from "../../problem.ts";
import { replicaNames } from "../../schema/replicas.ts";
import { suggest } from "../../../text/suggest.ts";
import { listInSentence, quoteShortened } from "../../describe-path.ts";
import { maxErrors } from "../../yaml/yaml-document.ts";

/** Checks that every agent has a unique name. */
export function agentProblems({ agents }: LenientFleet): readonly Problem[] {
  const crowd = tooManyAgents(agents);
  return crowd === undefined ? nameProblems(agents) : [crowd];
}

/** Checks that every agent has a command and an existing runtime, which can be asked to end and can tell if it is ready. */
export function programProblems(fleet: LenientFleet): readonly Problem[] {
  return [
    ...fleet.agents.filter(({ hasCommand }) => !hasCommand).map(nothingToRun),
    ...runtimeProblems(fleet),
    ...fleet.agents.filter((agent) => agent.cannotAsk).map(nothingToAsk),
    ...fleet.agents.flatMap(({ name, cannotTell }) =>
      cannotTell === undefined ? [] : [nothingTells(name, cannotTell)],
    ),
  ];
}

/** With its replicas; each is a unit, a session and two files. */
const maxAgents = 10_000;

function tooManyAgents(agents: readonly LenientAgent[]): Problem | undefined {
  const total = agents.reduce((sum, { replicas }) => sum + (typeof replicas === "number" ? replicas : 1), 0);
  if (total <= maxAgents) return undefined;
  return {
    code: "invalid-value",
    summary: `a fleet of ${total} agents`,
    detail: `With all replicas, a fleet has at most ${maxAgents} agents.`,
    hint: "lower the number of replicas",
    path: ["agents"],
    on: "key",
  };
}

function nameProblems(agents: readonly LenientAgent[]): readonly Problem[] {
  const problems: Problem[] = [];
  const owners = new Map<string, LenientAgent>();
  for (const agent of agents) {
    const names = replicaNames(agent.name, typeof agent.replicas === "number" ? agent.replicas : undefined);
    const taken = names.filter((name) => owners.has(name));
    const [first] = taken;
    const owner = first === undefined ? undefined : owners.get(first);
    if (owner !== undefined) problems.push(nameClash(agent, owner, taken));
    for (const name of names) if (!owners.has(name)) owners.set(name, agent);
    const longest = names.at(-1) ?? "";
    if (agent.name.length <= maxNameLength && longest.length > maxNameLength)
      problems.push(longName(agent, longest));
  }
  return problems;
}

function nameClash({ name, section }: LenientAgent, owner: LenientAgent, taken: readonly string[]): Problem {
  const path = [section, name];
  if (owner.name === name) {
    return {
      code: "duplicate-agent",
      summary: `${quoteShortened(name)} is an agent and a service`,
      detail: "A name is that of one unit.",
      hint: "rename or remove one of them",
      path,
      on: "key",
    };
  }
  const word = entryWord(section);
  const both =
    owner.section === section
      ? `${word}s ${quoteShortened(owner.name)}`
      : `${entryWord(owner.section)} ${quoteShortened(owner.name)}`;
  const other = owner.section === section ? quoteShortened(name) : `${word} ${quoteShortened(name)}`;
  return {
    code: "duplicate-agent",
    summary: `${both} and ${other} both claim the name ${listInSentence(taken.map(quoteShortened), "and", 3)}`,
    detail: "An entry with replicas takes the names NAME-1, NAME-2 and so on.",
    hint: "rename one of them, or change replicas",
    path,
    on: "key",
  };
}

function longName({ name, section }: LenientAgent, longest: string): Problem {
  return {
    code: "invalid-value",
    summary: `the replica names of ${entryWord(section)} ${quoteShortened(name)} are too long`,
    detail: `${longest} has ${longest.length} characters; names have at most ${maxNameLength}.`,
    hint: "choose a shorter name",
    path: [section, name],
    on: "key",
  };
}

function nothingToRun({ name }: LenientAgent): Problem {
  return {
    code: "missing-key",
    summary: `agent ${quoteShortened(name)} has neither a command nor a runtime`,
    hint: "add command: or runtime:, or a runtime for all agents under defaults:",
    path: ["agents", name],
    on: "key",
    absent: "runtime",
  };
}

function nothingToAsk({ name }: LenientAgent): Problem {
  return {
    code: "missing-key",
    summary: `stop in agent ${quoteShortened(name)} has neither send nor keys`,
    detail: "Its program is not one with a known text.",
    hint: "add send: TEXT, or keys: [C-c]",
    path: ["agents", name, "stop"],
    on: "key",
  };
}

function nothingTells(name: string, activity: string): Problem {
  return {
    code: "invalid-value",
    summary: `nothing tells that agent ${quoteShortened(name)} is ${activity}`,
    detail: `ready.activity: ${activity} needs a program with hooks, or with patterns for its screen.`,
    hint: "use ready.exec, ready.output or ready.title, or a runtime with a preset whose activity is not off",
    path: ["agents", name, "ready"],
    on: "key",
  };
}

function runtimeProblems({ runtimes, defaultRuntime, agents }: LenientFleet): readonly Problem[] {
  if (runtimes === undefined) return [];
  const uses: readonly { runtime: string | undefined; path: Path; where: string }[] = [
    { runtime: defaultRuntime, path: ["defaults", "runtime"], where: "defaults" },
    ...agents
      .filter(({ section }) => section === "agents")
      .map(({ name, runtime }) => ({
        runtime,
        path: ["agents", name, "runtime"],
        where: `agent ${quoteShortened(name)}`,
      })),
  ];
  // The search for a similar name takes time, and further problems are not shown.
  return uses
    .flatMap(({ runtime, path, where }) =>
      runtime === undefined || runtimes.has(runtime) ? [] : [{ runtime, path, where }],
    )
    .slice(0, maxErrors)
    .map(({ runtime, path, where }) => unknownRuntime(runtime, where, path, [...runtimes]));
}

function unknownRuntime(runtime: string, where: string, path: Path, declared: readonly string[]): Problem {
  const guess = suggest(runtime, declared);
  return {
    code: "unknown-runtime",
    summary: `unknown runtime ${quoteShortened(runtime)} in ${where}`,
    detail:
      declared.length === 0
        ? "No runtimes are declared."
        : `Declared runtimes: ${listInSentence(declared, "and")}.`,
    hint:
      guess === undefined
        ? `declare it: runtimes: { ${runtime}: { command: … } }`
        : `did you mean ${quoteShortened(guess)}?`,
    path,
    on: "value",
    absent: runtime,
  };
}
