import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { FleetConfig } from "../../src/config/types.ts";
import { resolveFleet } from "../../src/desired/agent/resolve.ts";
import type { Observed } from "../../src/observed/types.ts";
import { startAction } from "../../src/plan/actions.ts";
import { orderActions } from "../../src/plan/order.ts";
import { planDestroy } from "../../src/plan/commands/plan-destroy.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import { agentStatuses } from "../../src/plan/explain/status.ts";
import { anyCase, bold, shy } from "../support/plan/arbitraries.ts";
import { account } from "../support/plan/resolved.ts";
import { observedOf } from "../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

describe("A plan", () => {
  it("does not depend on the order of anything in fleet.yaml or on the machine", () => {
    fc.assert(
      fc.property(
        anyCase,
        fc.nat(),
        fc.constantFrom(bold, shy),
        ({ config, world, desired }, seed, options) => {
          const observed = observedOf(world);
          const shuffled = shuffledObserved(observed, seed);
          const other = resolveFleet(shuffledConfig(config, seed), account, shuffled.inputs);
          expect(other).toEqual(desired);
          const plan = planFleet(desired, observed, options);
          expect(planFleet(other, shuffled, options)).toEqual(plan);
          expect(agentStatuses(other, shuffled, plan)).toEqual(agentStatuses(desired, observed, plan));
          expect(planDestroy(desired.layout, shuffled, options)).toEqual(
            planDestroy(desired.layout, observed, options),
          );
        },
      ),
      runs,
    );
  });

  it("does its actions in the natural order of their targets", () => {
    const targets = ["b@coder-10.service", "b@coder-2.service", "b@coder-1.service"];
    const starts = targets.map((unit) => startAction(unit, { agent: unit, reason: "new" }));
    expect(orderActions(starts, "holder").map(({ target }) => target)).toEqual(targets.toReversed());
  });

  it("is plain data: JSON preserves it", () => {
    fc.assert(
      fc.property(anyCase, ({ world, desired }) => {
        const plan = planFleet(desired, observedOf(world), bold);
        expect(JSON.parse(JSON.stringify(plan))).toEqual(JSON.parse(JSON.stringify(structuredClone(plan))));
        expect(withoutUndefined(plan)).toEqual(JSON.parse(JSON.stringify(plan)));
      }),
      runs,
    );
  });

  it("gives each action its own id", () => {
    fc.assert(
      fc.property(anyCase, ({ world, desired }) => {
        const ids = planFleet(desired, observedOf(world), bold).actions.map(({ id }) => id);
        expect(new Set(ids).size).toBe(ids.length);
      }),
      runs,
    );
  });
});

/**
 * Returns the same fleet with the keys of all its maps in another order. Lists keep their order, because it has a
 * meaning.
 */
function shuffledConfig(config: FleetConfig, seed: number): FleetConfig {
  return shuffledKeys(config, seed) as FleetConfig;
}

function shuffledKeys(value: unknown, seed: number): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    shuffle(Object.entries(value), seed).map(([key, child]) => [key, shuffledKeys(child, seed)]),
  );
}

function shuffledObserved(observed: Observed, seed: number): Observed {
  const { units, tmux, files, runtime, inputs } = observed;
  return {
    ...observed,
    units: new Map(shuffle([...units], seed)),
    tmux: tmux.kind === "absent" ? tmux : { ...tmux, panes: shuffle(tmux.panes, seed) },
    files: new Map(shuffle([...files], seed)),
    runtime: new Map(shuffle([...runtime], seed)),
    inputs: {
      envFiles: new Map(shuffle([...inputs.envFiles], seed)),
      workdirs: new Map(shuffle([...inputs.workdirs], seed)),
    },
  };
}

/** Returns the same items in an order depending on the seed alone. */
function shuffle<T>(items: readonly T[], seed: number): readonly T[] {
  const rest = [...items];
  return items.map((_, index) => rest.splice((seed + index * 7) % rest.length, 1)[0] as T);
}

function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (typeof value !== "object" || value === null) return value;
  if (Object.getPrototypeOf(value) !== Object.prototype)
    throw new Error(`not plain: ${JSON.stringify(value)}`);
  const entries = Object.entries(value).filter(([, child]) => child !== undefined);
  return Object.fromEntries(entries.map(([key, child]) => [key, withoutUndefined(child)]));
}
