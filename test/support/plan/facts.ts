import type { Action, ActionKind, Plan } from "../../../src/plan/types.ts";
import { agentUnit } from "../../../src/desired/layout.ts";
import {
  preconditionsOf,
  type Invocations,
  type Preconditions,
} from "../../../src/plan/saved/preconditions.ts";
import { desiredOf } from "./resolved.ts";
import { trio } from "./scene.ts";
import { observedOf, type World } from "./world.ts";

/** The key of this machine, for digests. */
export const key = "of this machine";
/** No run of any unit. */
export const none: Invocations = new Map();
/** The layout of the fleet of three agents. */
export const { layout } = desiredOf(trio);
/** Returns the unit of an agent of that fleet. */
export const unit = (agent: string): string => agentUnit(layout, agent);

/** Returns the preconditions of an action on a machine. */
export function factsOn(world: World, action: Action, invocations = none): Preconditions {
  return preconditionsOf(action, { observed: observedOf(world), layout: world.layout, invocations, key });
}

/** Returns the only action of this kind and for this agent in a plan; throws if there is none. */
export function find({ actions }: Plan, kind: ActionKind, agent?: string): Action {
  const found = actions.find((action) => action.kind === kind && action.agent === agent);
  if (found === undefined)
    throw new Error(`no ${kind} of ${agent} in ${actions.map(({ id }) => id).join(", ")}`);
  return found;
}
