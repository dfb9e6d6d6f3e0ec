import { refusal, type Refusal } from "../allowances.ts";
import type { AppliedFile } from "../../observed/types.ts";
import type { AgentPlan, PlanOptions } from "../types.ts";

/** From so many agents on, and more than half of them, apply wants to be told that it is meant. */
const mass = 3;

/** What guards measure a plan by: the whole fleet, also where the plan is about some of its agents. */
export interface FleetNow {
  readonly declared: number;
  /** Agents that exist. */
  readonly owned: number;
  /** Those of them that the file declares. */
  readonly kept: number;
  /** The fleet file that was applied last; undefined if nothing tells. */
  readonly appliedFile?: AppliedFile | undefined;
  /** Names of those of which there is something to end, see hasSomethingToStop. */
  readonly present: ReadonlySet<string>;
}

/** Guards that refuse a plan as a whole: what a half-saved or wrong file would do. */
export function guardRefusals(
  agents: readonly AgentPlan[],
  { declared, owned, kept, appliedFile, present }: FleetNow,
  options: PlanOptions,
): readonly Refusal[] {
  const removed = agents.filter((agent) => isEnded(agent, "remove"));
  const stopped = agents.filter((agent) => isEnded(agent, "stop"));
  const ended = [...stopped, ...removed].filter(({ name }) => present.has(name));
  if (options.allowRemoveAll || removed.length + stopped.length === 0) return [];
  if (declared === 0) {
    return [refusal({ guard: "empty-fleet", removed: removed.length })];
  }
  if (removed.length > 0 && kept === 0 && options.only === undefined && appliedFile?.isThis !== true) {
    // A file that declares none of the agents that exist is another fleet's, unless it is the file that they came from:
    // two checkouts without a `name` of their own are one fleet (docker/compose#3490).
    return [refusal({ guard: "other-fleet", removed: removed.length, appliedFile: appliedFile?.path })];
  }
  if (isMost(removed.length, owned)) {
    const numbers = { all: owned, removed: removed.length, stopped: stopped.length };
    return [refusal({ guard: "mass-removal", among: "agents", ...numbers })];
  }
  if (!isMost(ended.length, present.size) || !ended.some(isAlive)) return [];
  const stops = ended.filter((agent) => isEnded(agent, "stop")).length;
  const numbers = { all: present.size, removed: ended.length - stops, stopped: stops };
  return stopped.length > 0
    ? [refusal({ guard: "mass-stop", ...numbers })]
    : [refusal({ guard: "mass-removal", among: "sessions", ...numbers })];
}

/**
 * True for an agent that the plan ends, now or when it is idle: one by one, a fleet that falls idle would never be most of
 * it. An agent with `keep` is not ended by any plan, and one that is renamed goes on under its new name.
 */
function isEnded({ action, reason, hold, awaiting }: AgentPlan, how: "remove" | "stop"): boolean {
  if (reason === "renamed") return false;
  return action === how || (hold === "busy" && awaiting === how);
}

/** Where nobody is alive, there is no work to be lost. */
function isAlive({ cost, hold }: AgentPlan): boolean {
  return cost === "agent" || hold === "busy";
}

function isMost(some: number, all: number): boolean {
  return some >= mass && some * 2 > all;
}
