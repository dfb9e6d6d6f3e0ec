import { guards, refusal, type Guard, type Refusal } from "../allowances.ts";
import type { AppliedFile } from "../../observed/types.ts";
import type { AgentPlan } from "../agent-plan.ts";
import type { PlanOptions } from "../types.ts";
import { plannedEnd, isMost } from "./planned-end.ts";

/** The numbers of the whole fleet. They are the same for a plan of some of its agents. */
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

/** A plan, as the guards see it. */
interface GuardedPlan extends FleetNow {
  readonly agents: readonly AgentPlan[];
  readonly removed: readonly AgentPlan[];
  readonly stopped: readonly AgentPlan[];
  /** The removed and stopped ones with something to end. */
  readonly ended: readonly AgentPlan[];
  readonly options: PlanOptions;
}

/** A guard of `fleet destroy` is in plan/commands/plan-destroy.ts. */
type FleetGuard = Exclude<Refusal["guard"], "own-session">;

/** The check of each guard, in the order of its refusal. Each stands by itself. A guard without a check does not compile. */
const checks: Readonly<Record<FleetGuard, (planned: GuardedPlan) => Refusal | undefined>> = {
  "empty-fleet": ({ declared, removed, stopped }) =>
    declared === 0 && removed.length + stopped.length > 0
      ? refusal({ guard: "empty-fleet", removed: removed.length })
      : undefined,
  "other-fleet": otherFleet,
  "mass-removal": massRemoval,
  "mass-stop": (planned) =>
    planned.stopped.length > 0 && endsMostSessions(planned)
      ? refusal({ guard: "mass-stop", ...countSessions(planned) })
      : undefined,
};

/** Returns the guards that refuse a plan as a whole: the effects of a half-saved or wrong file. */
export function guardRefusals(
  agents: readonly AgentPlan[],
  fleet: FleetNow,
  options: PlanOptions,
): readonly Refusal[] {
  const removed = agents.filter((agent) => plannedEnd(agent) === "remove");
  const stopped = agents.filter((agent) => plannedEnd(agent) === "stop");
  const ended = [...stopped, ...removed].filter(({ name }) => fleet.present.has(name));
  const planned: GuardedPlan = { ...fleet, agents, removed, stopped, ended, options };
  const verb = options.intent ?? "apply";
  const refusals = Object.entries(checks).flatMap(([name, check]) => {
    const { allowance, against }: Guard = guards[name as FleetGuard];
    if (options[allowance] || !against.some((each) => each === verb)) return [];
    return check(planned) ?? [];
  });
  return refusals.filter((each, index) => !refusals.slice(0, index).some((first) => covers(first, each)));
}

/** Returns true if a refusal has the same flag, and holds all that the other one holds: then it says enough. */
function covers(first: Refusal, other: Refusal): boolean {
  const held: Guard["holds"] = guards[first.guard].holds;
  return first.flag === other.flag && guards[other.guard].holds.every((action) => held.includes(action));
}

/**
 * Refuses to apply another fleet's file: it has none of the existing agents. If they came from it, it is no other one:
 * two checkouts without a `name` of their own are one fleet (docker/compose#3490).
 */
function otherFleet({ kept, appliedFile, options, removed }: GuardedPlan): Refusal | undefined {
  if (removed.length === 0 || kept > 0 || options.only !== undefined || appliedFile?.isThis === true) {
    return undefined;
  }
  return refusal({ guard: "other-fleet", removed: removed.length, appliedFile: appliedFile?.path });
}

/** Refuses to remove most agents, or most of those with a session. */
function massRemoval(planned: GuardedPlan): Refusal | undefined {
  const { owned, removed, stopped } = planned;
  if (isMost(removed.length, owned)) {
    const numbers = { all: owned, removed: removed.length, stopped: stopped.length };
    return refusal({ guard: "mass-removal", among: "agents", ...numbers });
  }
  return stopped.length === 0 && endsMostSessions(planned)
    ? refusal({ guard: "mass-removal", among: "sessions", ...countSessions(planned) })
    : undefined;
}

function endsMostSessions({ ended, present }: GuardedPlan): boolean {
  return isMost(ended.length, present.size) && ended.some(hasWorkToLose);
}

/** Returns the number of agents with a session, and of those that end. */
function countSessions({ ended, present }: GuardedPlan): Record<"all" | "removed" | "stopped", number> {
  const stopped = ended.filter((agent) => plannedEnd(agent) === "stop").length;
  return { all: present.size, removed: ended.length - stopped, stopped };
}

/** Returns true for an ended agent that is live, as one that waits for its end is, or a service: without one, there is no work to lose. */
function hasWorkToLose(agent: AgentPlan): boolean {
  return agent.cost === "agent" || agent.action === "pending" || agent.kind === "service";
}
