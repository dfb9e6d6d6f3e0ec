import { refusal, type Refusal } from "../allowances.ts";
import type { AppliedFile } from "../../observed/types.ts";
import { isBusy, reasonOf, type AgentPlan } from "../agent-plan.ts";
import type { PlanOptions } from "../types.ts";

/** From so many agents on, and more than half of them, apply demands a confirmation. */
const mass = 3;

/** The measure of guards: the whole fleet, even if the plan is about some of its agents. */
export interface FleetNow {
  readonly declared: number;
  /** Number of existing agents. */
  readonly owned: number;
  /** Number of declared ones among them. */
  readonly kept: number;
  /** The last applied fleet file; undefined if unknown. */
  readonly appliedFile?: AppliedFile | undefined;
  /** Names of the agents with something to end, see hasSomethingToStop. */
  readonly present: ReadonlySet<string>;
}

/** Returns the guards that refuse a plan as a whole: the effects of a half-saved or wrong file. */
export function guardRefusals(
  agents: readonly AgentPlan[],
  { declared, owned, kept, appliedFile, present }: FleetNow,
  options: PlanOptions,
): readonly Refusal[] {
  const removed = agents.filter((agent) => isToBeEnded(agent, "remove"));
  const stopped = agents.filter((agent) => isToBeEnded(agent, "stop"));
  const ended = [...stopped, ...removed].filter(({ name }) => present.has(name));
  if (options.allowRemoveAll || removed.length + stopped.length === 0) return [];
  if (declared === 0) {
    return [refusal({ guard: "empty-fleet", removed: removed.length })];
  }
  if (removed.length > 0 && kept === 0 && options.only === undefined && appliedFile?.isThis !== true) {
    // Describes the other fleet. A file without any of the existing agents belongs to another fleet, unless
    // they came from it: two checkouts without a `name` of their own are one fleet (docker/compose#3490).
    return [refusal({ guard: "other-fleet", removed: removed.length, appliedFile: appliedFile?.path })];
  }
  if (isMost(removed.length, owned)) {
    const numbers = { all: owned, removed: removed.length, stopped: stopped.length };
    return [refusal({ guard: "mass-removal", among: "agents", ...numbers })];
  }
  if (!isMost(ended.length, present.size) || !ended.some(hasWorkToLose)) return [];
  const stops = ended.filter((agent) => isToBeEnded(agent, "stop")).length;
  const numbers = { all: present.size, removed: ended.length - stops, stopped: stops };
  return stopped.length > 0
    ? [refusal({ guard: "mass-stop", ...numbers })]
    : [refusal({ guard: "mass-removal", among: "sessions", ...numbers })];
}

/**
 * Returns true for an agent that the plan ends, now or once it is idle: if each agent counted only once idle,
 * they would never be most of the fleet. No plan ends an agent with `keep`, and a renamed one continues under
 * its new name.
 */
function isToBeEnded(agent: AgentPlan, how: "remove" | "stop"): boolean {
  if (reasonOf(agent) === "renamed") return false;
  return agent.action === how || (isBusy(agent) && agent.awaiting === how);
}

/** Returns true for a live agent, or a service of others: without one, there is no work to lose. */
function hasWorkToLose(agent: AgentPlan): boolean {
  return agent.cost === "agent" || isBusy(agent) || agent.kind === "service";
}

function isMost(some: number, all: number): boolean {
  return some >= mass && some * 2 > all;
}
