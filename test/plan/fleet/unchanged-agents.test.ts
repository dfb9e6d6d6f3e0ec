import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Desired } from "../../../src/desired/types.ts";
import type { ObservedRun } from "../../../src/observed/types.ts";
import { planFleet } from "../../../src/plan/fleet/plan-fleet.ts";
import { unchangedAgents } from "../../../src/plan/fleet/unchanged-agents.ts";
import { anyCase, bold } from "../../support/plan/arbitraries.ts";
import { apply } from "../../support/plan/model.ts";
import { change, observedOf, type World } from "../../support/plan/world.ts";

/** Started before or after all events of the model's files. */
const kept: fc.Arbitrary<ObservedRun> = fc.record({
  startedMs: fc.constantFrom(undefined, 1, Date.UTC(2030, 0, 1)),
  exitStatus: fc.option(fc.nat(255), { nil: undefined }),
  restarts: fc.nat(3),
});

/** Half of the agents have been edited since, and a third are to be stopped now. */
const later = (desired: Desired, world: World, nth: (name: string) => number) => ({
  desired: {
    ...desired,
    agents: desired.agents.map((agent) =>
      nth(agent.name) % 3 === 0 ? { ...agent, state: "stopped" as const } : agent,
    ),
  },
  world: change(world, ({ files }) => {
    for (const { name, env } of desired.agents) {
      const file = files.get(env.path);
      if (file?.kind !== "file" || nth(name) % 2 === 0) continue;
      files.set(env.path, { ...file, content: `${file.content}EXTRA=1\n` });
    }
  }),
});

describe("Agents that run as declared", () => {
  it("have the same plan, with any details from the start script", () => {
    const seen = { settled: 0, others: 0 };
    fc.assert(
      fc.property(
        anyCase,
        fc.boolean(),
        fc.func(kept),
        fc.func(fc.nat(5)),
        (first, isApplied, keptOf, nth) => {
          const before = apply(first.world, planFleet(first.desired, observedOf(first.world), bold).actions);
          const { desired, world } = isApplied ? later(first.desired, before, nth) : first;
          const names = new Set([...desired.agents.map(({ name }) => name), ...world.runtime.keys()]);
          const full = {
            ...observedOf(world),
            runtime: new Map([...names].map((name) => [name, keptOf(name)])),
          };
          const settled = unchangedAgents(desired, full);
          const runtime = new Map([...full.runtime].filter(([name]) => !settled.has(name)));
          seen.settled += settled.size;
          seen.others += names.size - settled.size;
          expect(planFleet(desired, { ...full, runtime }, bold)).toEqual(planFleet(desired, full, bold));
        },
      ),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 250) },
    );
    expect(Math.min(seen.settled, seen.others)).toBeGreaterThan(20);
  });
});
