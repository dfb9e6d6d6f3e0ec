import { refusal, type Guard, type Refusal } from "../allowances.ts";
import type { AppliedFile } from "../../observed/types.ts";
import type { AgentPlan, PlanOptions } from "../types.ts";
import { count } from "../../text/counting.ts";

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
  const refuse = (guard: Guard, detail: string): readonly Refusal[] => [refusal(guard, detail)];
  if (options.allowRemoveAll || removed.length + stopped.length === 0) return [];
  if (declared === 0) {
    return refuse(
      "empty-fleet",
      `the file declares no agents, and ${count(removed.length, "agent")} would be removed`,
    );
  }
  if (removed.length > 0 && kept === 0 && options.only === undefined && appliedFile?.isThis !== true) {
    return refuse("other-fleet", otherFleetDetail(removed.length, appliedFile));
  }
  if (isMost(removed.length, owned)) {
    const beside = stopped.length > 0 ? `, and ${stopped.length} stopped` : "";
    return refuse("mass-removal", `${removed.length} of ${count(owned, "agent")} would be removed${beside}`);
  }
  if (!isMost(ended.length, present.size) || !ended.some(isAlive)) return [];
  const detail = `${ended.length} of ${count(present.size, "agent")} with a session would be ${howEnded(ended)}`;
  return refuse(stopped.length > 0 ? "mass-stop" : "mass-removal", detail);
}

/**
 * A file that declares none of the agents that exist is another fleet's, unless it is the file that they came from: two
 * checkouts without a `name` of their own are one fleet (docker/compose#3490).
 */
function otherFleetDetail(removed: number, appliedFile: AppliedFile | undefined): string {
  const origin = appliedFile === undefined ? "" : `, and ${appliedFile.path} was applied last`;
  return (
    `none of the agents of this fleet is in this file${origin}: ${count(removed, "agent")} would be removed. ` +
    "If this is another fleet, give it a name of its own (name: NAME)"
  );
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

function howEnded(ended: readonly AgentPlan[]): string {
  const stopped = ended.filter((agent) => isEnded(agent, "stop")).length;
  const removed = ended.length - stopped;
  if (stopped === 0) return "removed";
  const cause = "state: stopped";
  return removed === 0 ? `stopped (${cause})` : `ended: ${stopped} stopped (${cause}), ${removed} removed`;
}

function isMost(some: number, all: number): boolean {
  return some >= mass && some * 2 > all;
}
