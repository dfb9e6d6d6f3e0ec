import { reasonOf, type AgentPlan } from "../../src/plan/agent-plan.ts";
import type { PlannedFleet } from "../support/fleet/fleet.ts";
import { isNapper, isSuspended } from "./judge.ts";
import type { Look } from "./look.ts";
import type { Declared } from "./model.ts";
import { mainDetail } from "../support/plan/detail.ts";
import { holdOf } from "../support/plan/agent-words.ts";

/** A machine on which an apply has just done everything it could. */
export interface Applied {
  readonly declared: Declared;
  /** The plan after it, for the requested agents. */
  readonly plan: PlannedFleet;
  readonly look: Look;
  readonly agents: readonly string[];
  /** Agents reported by the apply as not running. */
  readonly failed: readonly string[];
  /** Every value that GEN ever had in an env file, by agent. */
  readonly generations: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Returns the wrongs of a machine after an apply. */
export function wrongsAfterApply(applied: Applied): readonly string[] {
  const { declared, plan, look, agents, failed } = applied;
  const isMeant = (name: string): boolean => agents.length === 0 || agents.includes(name);
  const names = new Set([
    ...Object.keys(declared),
    ...look.units.keys(),
    ...look.processes.map(({ who }) => who),
  ]);
  names.delete("byhand");
  return [
    ...look.leftovers.map((path) => `left behind: ${path}`),
    ...plan.agents
      .filter(({ name }) => !failed.includes(name))
      .flatMap((agent) => wrongsOfPlan(agent, applied)),
    ...(failed.length > 0 || plan.agents.some((agent) => isDueLater(agent, declared))
      ? []
      : plan.actions.map(({ id }) => `still to do: ${id}`)),
    ...[...names].filter(isMeant).flatMap((name) => wrongsOfRun(name, applied)),
  ];
}

/** Returns true for an agent that was busy at the apply and has fallen idle since. */
export function isDueLater({ name, action }: AgentPlan, declared: Declared): boolean {
  const spec = declared[name];
  // If an agent is no longer declared, only its env file has its idle time.
  if (spec === undefined) return action === "remove";
  return (action === "restart" || action === "stop") && isNapper(spec);
}

const settled: ReadonlySet<string> = new Set(["none", "pending", "blocked"]);

function wrongsOfPlan(agent: AgentPlan, { declared, look }: Applied): readonly string[] {
  const { name, action } = agent;
  const hold = holdOf(agent);
  const spec = declared[name];
  const mayWait = (policy: string): boolean => spec === undefined || spec.onChange === policy;
  const waits = {
    busy: mayWait("when-idle"),
    kept: mayWait("keep"),
    suspended: isSuspended(name, look),
    job: false, // no agent of the walk waits for one
    move: false, // and none comes from another host
  };
  if (hold !== undefined && !waits[hold]) return [`${name} waits for nothing: ${hold}`];
  if (settled.has(action) || isDueLater(agent, declared)) return [];
  return [
    `the plan still says ${name}: ${action}, ${reasonOf(agent) ?? "no reason"} ${mainDetail(agent) ?? ""}`,
  ];
}

function wrongsOfRun(
  name: string,
  { declared, plan, look, failed, generations }: Applied,
): readonly string[] {
  const spec = declared[name];
  const planned = plan.agents.find((agent) => agent.name === name);
  const processes = look.processes.filter(({ who }) => who === name);
  const unit = look.units.get(name);
  const home = `mosaic-agent@${name}.service`;
  const known = generations.get(name);
  const strays = processes.filter((process) => process.unit !== home);
  const env = look.files.get(`.config/mosaic/fleet/agents/${name}.env`);
  const common = [
    ...strays.map((stray) => `a process of ${name} is in ${stray.unit}`),
    ...processes
      .filter(({ gen }) => gen !== undefined && known?.has(gen) === false)
      .map(({ gen }) => `${name} runs with GEN=${gen}, which no file ever said`),
  ];
  const isSettled = planned === undefined || planned.action === "none";
  if (!isSettled || failed.includes(name)) return common;
  if (spec !== undefined && env?.startsWith("f600 ") !== true)
    common.push(`the env file of ${name} is ${env?.split(" ")[0] ?? "missing"}`);
  if (spec?.state === "running") {
    const others = processes.filter(({ gen }) => gen !== String(spec.gen));
    return [
      ...common,
      ...(unit?.active === "active" ? [] : [`${name} does not run: ${unit?.active ?? "not loaded"}`]),
      ...(processes.length > 0 ? [] : [`no process of ${name} is there`]),
      ...others.map(({ gen }) => `${name} runs with GEN=${gen}, and the file says ${spec.gen}`),
    ];
  }
  const rest = [".env", ".suspended"].filter((ending) =>
    look.files.has(`.config/mosaic/fleet/agents/${name}${ending}`),
  );
  return [
    ...common,
    ...(unit?.active === "active" ? [`${name} runs`] : []),
    ...(processes.length > 0 ? [`${processes.length} processes of ${name} are left`] : []),
    ...(look.sessions.has(name) ? [`the session of ${name} is left`] : []),
    ...(spec === undefined ? rest.map((ending) => `${name}${ending} is left`) : []),
  ];
}
