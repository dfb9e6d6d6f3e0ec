import type { BackOff } from "../../../src/watch/loop/back-off.ts";
import type { Moment } from "../../../src/watch/reconcile/find-hold.ts";
import { planWithHolds, type HeldPlan } from "../../../src/watch/reconcile/plan-with-holds.ts";
import { drift, type Happening } from "../plan/drift.ts";
import { configOf, desiredOf, inputsOf, type FleetFile, type Surroundings } from "../plan/resolved.ts";
import { machineWith, trio } from "../plan/scene.ts";
import { change, observedOf, type World } from "../plan/world.ts";

/** A machine after an apply of the three agents. */
export const applied = machineWith(trio);

/** The inputs of a look at a machine. */
export interface Glance {
  readonly fleet?: FleetFile;
  readonly surroundings?: Surroundings;
  readonly backOff?: BackOff;
  readonly nowMs?: number;
  readonly isAsked?: boolean;
  /** The other facts. */
  readonly moment?: Partial<Moment>;
}

/** Returns the plan of a watch for a machine. */
export function lookAt(world: World, glance: Glance = {}): HeldPlan {
  const { fleet = trio, surroundings, backOff = new Map(), nowMs = 0, isAsked = false, moment } = glance;
  const config = configOf(fleet);
  const observed = observedOf({ ...world, inputs: inputsOf(config, surroundings) });
  const survey = { config, desired: desiredOf(fleet, surroundings), observed };
  return planWithHolds(survey, { backOff, nowMs, isAsked, ...moment });
}

/** Returns the machine after something has happened to the canary, the first of the three. */
export function after(...happenings: readonly Happening["what"][]): World {
  return afterOn(applied, ...happenings);
}

/** Returns another machine after something has happened to the first of its agents. */
export function afterOn(world: World, ...happenings: readonly Happening["what"][]): World {
  return drift(
    world,
    happenings.map((what) => ({ what, pick: 0 })),
  );
}

/** Returns the same machine some time later. */
export function later(world: World, ms: number): World {
  return change(world, (copy) => (copy.now += ms));
}
