import type { LenientAgent, FormerName, LenientFleet } from "./lenient-fleet.ts";
import type { Problem } from "../../problem.ts";
import { formerNames, replicaNames } from "../../schema/replicas.ts";
import { quoteShortened } from "../../describe-path.ts";

/**
 * Returns the problems of `formerly`: no agent was another declared one, and no two agents were the same one.
 */
export function formerNameProblems({ agents }: LenientFleet): readonly Problem[] {
  if (agents.every(({ formerly }) => formerly.length === 0)) return [];
  const declared = ownersOf(agents);
  const claims = new Map<string, LenientAgent>();
  return agents.flatMap((agent) =>
    agent.formerly.flatMap((former) => {
      const problem = declaredProblem(agent, former, declared) ?? claimProblem(agent, former, claims);
      if (problem === undefined) for (const name of claimedNames(agent, former)) claims.set(name, agent);
      return problem === undefined ? [] : [problem];
    }),
  );
}

/** Returns the declared names: of entries and of their agents. */
function ownersOf(agents: readonly LenientAgent[]): ReadonlyMap<string, LenientAgent> {
  const owners = new Map<string, LenientAgent>();
  for (const agent of agents) {
    for (const name of [agent.name, ...replicaNames(agent.name, countOf(agent))]) owners.set(name, agent);
  }
  return owners;
}

function countOf({ replicas }: LenientAgent): number | undefined {
  return typeof replicas === "number" ? replicas : undefined;
}

/** Returns all names claimed by one item of `formerly`. */
function claimedNames(agent: LenientAgent, { target }: FormerName): readonly string[] {
  return formerNames(agent.name, countOf(agent), target).flatMap(({ former }) => former);
}

function declaredProblem(
  agent: LenientAgent,
  former: FormerName,
  declared: ReadonlyMap<string, LenientAgent>,
): Problem | undefined {
  const { target } = former;
  const hasReplicas = agent.replicas !== "none";
  const isOwnEntry = target === agent.name;
  if (isOwnEntry && hasReplicas) return undefined;
  const owner = declared.get(target);
  const place = whereClaimed(agent, former);
  if (isOwnEntry) {
    return {
      ...place,
      summary: `agent ${quoteShortened(agent.name)} was formerly ${quoteShortened(target)}, which is its own name`,
      hint: "remove it, or write the name that the agent had before",
    };
  }
  if (owner === undefined) return undefined;
  const isSwap =
    owner !== agent && owner.formerly.some((other) => claimedNames(owner, other).includes(agent.name));
  return {
    ...place,
    summary: `agent ${quoteShortened(agent.name)} was formerly ${quoteShortened(target)}, which is still declared`,
    detail: isSwap
      ? "Two agents cannot swap their names in one step."
      : "An agent takes the place of one that is no longer declared.",
    hint: isSwap
      ? "rename one of them to a third name first, and apply"
      : `remove ${quoteShortened(target)} from agents, or this name from formerly`,
  };
}

function claimProblem(
  agent: LenientAgent,
  former: FormerName,
  claims: ReadonlyMap<string, LenientAgent>,
): Problem | undefined {
  const taken = claimedNames(agent, former).find((name) => claims.has(name));
  if (taken === undefined) return undefined;
  const other = claims.get(taken);
  return {
    ...whereClaimed(agent, former),
    summary:
      other === agent
        ? `agent ${quoteShortened(agent.name)} claims the former name ${quoteShortened(taken)} twice`
        : `agents ${quoteShortened(other?.name ?? "")} and ${quoteShortened(agent.name)} both claim the former name ${quoteShortened(taken)}`,
    hint: "remove it from one of them",
  };
}

function whereClaimed(
  agent: LenientAgent,
  { index, target }: FormerName,
): Pick<Problem, "code" | "path" | "on" | "absent"> {
  const path = [agent.section, agent.name, "formerly", ...(index === undefined ? [] : [index])];
  return { code: "former-name", path, on: "value", absent: target };
}
