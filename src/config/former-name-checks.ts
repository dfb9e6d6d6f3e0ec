import type { AgentOutline, FormerName, Outline } from "./outline.ts";
import type { Problem } from "./problems.ts";
import { formerNames, replicaNames } from "./replicas.ts";
import { quote } from "./wording.ts";

/** Returns what is wrong with `formerly`: no agent was another one that is declared, and no two agents were the same one. */
export function formerNameProblems({ agents }: Outline): readonly Problem[] {
  if (agents.every(({ formerly }) => formerly.length === 0)) return [];
  const declared = ownersOf(agents);
  const claims = new Map<string, AgentOutline>();
  return agents.flatMap((agent) =>
    agent.formerly.flatMap((former) => {
      const problem = declaredProblem(agent, former, declared) ?? claimProblem(agent, former, claims);
      if (problem === undefined) for (const name of namesOf(agent, former)) claims.set(name, agent);
      return problem === undefined ? [] : [problem];
    }),
  );
}

/** Names of entries and of their agents, by which something may be declared. */
function ownersOf(agents: readonly AgentOutline[]): ReadonlyMap<string, AgentOutline> {
  const owners = new Map<string, AgentOutline>();
  for (const agent of agents) {
    for (const name of [agent.name, ...replicaNames(agent.name, countOf(agent))]) owners.set(name, agent);
  }
  return owners;
}

function countOf({ replicas }: AgentOutline): number | undefined {
  return typeof replicas === "number" ? replicas : undefined;
}

/** All names that one item of `formerly` claims. */
function namesOf(agent: AgentOutline, { target }: FormerName): readonly string[] {
  return formerNames(agent.name, countOf(agent), target).flatMap(({ former }) => former);
}

function declaredProblem(
  agent: AgentOutline,
  former: FormerName,
  declared: ReadonlyMap<string, AgentOutline>,
): Problem | undefined {
  const { target } = former;
  const hasReplicas = agent.replicas !== "none";
  const isOwnEntry = target === agent.name;
  if (isOwnEntry && hasReplicas) return undefined;
  const owner = declared.get(target);
  const place = placeOf(agent, former);
  if (isOwnEntry) {
    return {
      ...place,
      summary: `agent ${quote(agent.name)} was formerly ${quote(target)}, which is its own name`,
      hint: "remove it, or write the name that the agent had before",
    };
  }
  if (owner === undefined) return undefined;
  const isSwap =
    owner !== agent && owner.formerly.some((other) => namesOf(owner, other).includes(agent.name));
  return {
    ...place,
    summary: `agent ${quote(agent.name)} was formerly ${quote(target)}, which is still declared`,
    detail: isSwap
      ? "Two agents cannot swap their names in one step."
      : "An agent takes the place of one that is no longer declared.",
    hint: isSwap
      ? "rename one of them to a third name first, and apply"
      : `remove ${quote(target)} from agents, or this name from formerly`,
  };
}

function claimProblem(
  agent: AgentOutline,
  former: FormerName,
  claims: ReadonlyMap<string, AgentOutline>,
): Problem | undefined {
  const taken = namesOf(agent, former).find((name) => claims.has(name));
  if (taken === undefined) return undefined;
  const other = claims.get(taken);
  return {
    ...placeOf(agent, former),
    summary:
      other === agent
        ? `agent ${quote(agent.name)} claims the former name ${quote(taken)} twice`
        : `agents ${quote(other?.name ?? "")} and ${quote(agent.name)} both claim the former name ${quote(taken)}`,
    hint: "remove it from one of them",
  };
}

function placeOf(
  agent: AgentOutline,
  { index, target }: FormerName,
): Pick<Problem, "code" | "path" | "on" | "absent"> {
  const path = ["agents", agent.name, "formerly", ...(index === undefined ? [] : [index])];
  return { code: "former-name", path, on: "value", absent: target };
}
