import type { Desired } from "../../../src/desired/types.ts";
import { planDestroy } from "../../../src/plan/commands/plan-destroy.ts";
import { planStop } from "../../../src/plan/commands/plan-stop.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import { reasonOf, type AgentPlan } from "../../../src/plan/agent-plan.ts";
import type { Action, Plan, PlanOptions } from "../../../src/plan/types.ts";
import { bold, shy } from "./arbitraries.ts";
import { apply } from "./model.ts";
import { account, configOf, desiredOf, inputsOf, type FleetFile, type Surroundings } from "./resolved.ts";
import { change, emptyWorld, observedOf, type World } from "./world.ts";
import { detailOf, mainDetail } from "./detail.ts";
import { holdOf } from "./agent-words.ts";

/** Three agents that share only the order of their starts. */
export const trio: FleetFile = {
  runtimes: { claude: { command: "claude" } },
  defaults: { workdir: "~/src" },
  agents: {
    canary: { runtime: "claude", env: { MODEL: "opus" } },
    planner: { command: "plan --watch" },
    tester: { command: ["test", "--all"], dependsOn: ["planner"] },
  },
};

/** Returns the same fleet with one agent's keys changed; undefined removes a key. */
export function edited(fleet: FleetFile, agent: string, keys: Readonly<Record<string, unknown>>): FleetFile {
  const entry = { ...fleet.agents?.[agent], ...keys };
  const kept = Object.entries(entry).filter(([, value]) => value !== undefined);
  return { ...fleet, agents: { ...fleet.agents, [agent]: Object.fromEntries(kept) } };
}

/** Returns the same fleet without one agent. */
export function without(fleet: FleetFile, ...names: readonly string[]): FleetFile {
  const kept = Object.entries(fleet.agents ?? {}).filter(([name]) => !names.includes(name));
  return { ...fleet, agents: Object.fromEntries(kept) };
}

/** Returns a machine with an applied fleet, and all agents quiet for an hour since. */
export function machineWith(fleet: FleetFile, surroundings?: Surroundings): World {
  const desired = desiredOf(fleet, surroundings);
  const empty = emptyWorld(desired.layout, inputsOf(configOf(fleet), surroundings));
  const applied = apply(empty, planFleet(desired, observedOf(empty), bold).actions);
  return change(applied, (world) => (world.now += 3_600_000));
}

/** Plans for a fleet on a machine. Only the given options are allowed. */
export function planOn(
  world: World,
  fleet: FleetFile | string,
  { surroundings, ...allowed }: Partial<PlanOptions> & { surroundings?: Surroundings } = {},
): Plan {
  const inputs = inputsOf(configOf(fleet), surroundings);
  return planFleet(desiredOf(fleet, surroundings), observedOf({ ...world, inputs }), { ...shy, ...allowed });
}

/** Returns the plan of `fleet destroy` on a machine. */
export function destructionOf(world: World, allowed: Partial<PlanOptions> = {}): Plan {
  return planDestroy(world.layout, observedOf(world), { ...bold, allowSelf: false, ...allowed });
}

/** Returns the plan of `fleet stop NAME…` on a machine. */
export function stopOf(world: World, fleet: FleetFile, only: readonly string[]): Plan {
  return planStop(desiredOf(fleet), observedOf(world), { ...shy, only: new Set(only) });
}

/** Returns the desired state of the machine of this account. */
export function desiredFor(fleet: FleetFile): Desired {
  return desiredOf(fleet);
}

/**
 * Returns a plan in short: `NAME: ACTION REASON DETAIL` of each agent and shared file that has one, then `KIND TARGET
 * (REASON)` of each action. Agents stand for their units, and files have their path below ~/.config.
 */
export function inShort({ agents, shared, actions }: Plan): readonly string[] {
  return [
    ...shared.map((each) => [each.role + ":", each.reason, detailOf(each)]),
    ...agents.filter(({ action }) => action !== "none").map(agentWords),
    ...actions.map(({ kind, target, reason, cost }) => [
      kind,
      shortTarget(target),
      `(${reason})`,
      costWord(cost),
    ]),
  ].map((words) => words.filter(Boolean).join(" "));
}

function agentWords(agent: AgentPlan): readonly (string | undefined)[] {
  const { name, action, cost } = agent;
  const hold = holdOf(agent);
  return [`${name}:`, action, reasonOf(agent), mainDetail(agent), hold && `[${hold}]`, costWord(cost)];
}

function costWord(cost: Action["cost"]): string {
  return cost === "none" ? "" : `!${cost}`;
}

function shortTarget(target: string): string {
  if (target === "systemd --user") return "";
  return target
    .replace(`${account.configHome}/`, "")
    .replace(/^[\w-]+-agent@([\w-]+)\.service$/, "$1")
    .replace(/^[\w-]+-tmux-holder\.service$/, "holder");
}
