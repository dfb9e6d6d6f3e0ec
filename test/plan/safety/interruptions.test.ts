import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentUnit } from "../../../src/desired/layout.ts";
import { reasonOf } from "../../../src/plan/agent-plan.ts";
import type { PlanOptions } from "../../../src/plan/types.ts";
import { anyCase, bold, editCase, planOf, shy, type Case } from "../../support/plan/arbitraries.ts";
import { ownedIn } from "../../support/plan/goal.ts";
import { interruptedBy, isProtected, mayBeInterrupted } from "../../support/plan/interruptions.ts";
import { panesOf, type World } from "../../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

describe("For any declaration and any history,", () => {
  it("every interruption is announced with its agent, reason and stake", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(bold, shy), (each, options) => {
        const plan = planOf(each, each.world, options);
        const announced = new Map(plan.agents.map((agent) => [agent.name, agent]));
        for (const name of interruptedBy(plan, each.world)) {
          const agent = announced.get(name);
          expect(agent, name).toMatchObject({
            cost: "agent",
            atStake: { attached: expect.any(Number) as number },
          });
          expect(agent && reasonOf(agent)).toBeDefined();
        }
        const costly = new Set(plan.actions.filter(({ cost }) => cost !== "none").map(({ agent }) => agent));
        const costlyAgents = plan.agents.filter(({ cost }) => cost !== "none").map(({ name }) => name);
        expect(new Set(costly)).toEqual(new Set(costlyAgents));
      }),
      runs,
    );
  });

  it("no agent is interrupted that a policy protects", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { world } = each;
        const self = [...ownedIn(world)][0] ?? "nobody";
        const inside = { ...world, selfUnit: agentUnit(world.layout, self) };
        const names = interruptedBy(planOf(each, inside, shy), inside);
        expect(names.filter((name) => !mayBeInterrupted(name, each))).toEqual([]);
        expect(names).not.toContain(self);
      }),
      runs,
    );
  });

  it("protected agents are never stopped or removed, with any flag", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const { actions } = planOf(each, each.world);
        const ended = actions.filter(({ kind }) => ["stop", "kill-session", "remove-file"].includes(kind));
        const names = new Set(ended.filter(({ target }) => !isDropIn(target)).map(({ agent = "" }) => agent));
        const live = [...names].filter((name) => isProtected(name, each) && hasLivePane(name, each.world));
        expect(live).toEqual([]);
      }),
      runs,
    );
  });
});

describe("After an edit of fleet.yaml and nothing else,", () => {
  it("no agent is interrupted without --now that a policy protects, with any other flag", () => {
    fc.assert(
      fc.property(editCase, (each) => {
        const allowed: PlanOptions = { ...bold, now: false };
        const names = interruptedBy(planOf(each, each.world, allowed), each.world);
        expect(names.filter((name) => !mayBeInterrupted(name, each))).toEqual([]);
      }),
      runs,
    );
  });

  it("unchanged agents are in no action", () => {
    fc.assert(
      fc.property(editCase, fc.constantFrom<PlanOptions>(bold, shy), (each, options) => {
        const { actions } = planOf(each, each.world, options);
        const unchanged = unchangedNames(each);
        expect(actions.filter(({ agent }) => agent !== undefined && unchanged.has(agent))).toEqual([]);
      }),
      runs,
    );
  });
});

function hasLivePane(name: string, world: World): boolean {
  return panesOf(world).some(({ agent, dead }) => agent === name && !dead);
}

function isDropIn(path: string): boolean {
  return path.endsWith(".conf");
}

/** Returns the agents that both fleets declare alike, with everything they take from elsewhere in the file. */
function unchangedNames({ before, config, desired }: Case): ReadonlySet<string> {
  if (
    JSON.stringify([before.defaults, before.runtimes]) !== JSON.stringify([config.defaults, config.runtimes])
  )
    return new Set();
  const same = Object.keys(config.agents).filter((entry) => {
    const [old, now] = [before.agents[entry], config.agents[entry]];
    const relevant = [entry, ...(now?.dependsOn ?? []).map(({ target }) => target)];
    return (
      old !== undefined &&
      JSON.stringify(old) === JSON.stringify(now) &&
      relevant.every((name) => isSame(name, before, config))
    );
  });
  return new Set(
    desired.agents
      .map(({ name }) => name)
      .filter((name) => same.some((entry) => name === entry || name.startsWith(`${entry}-`))),
  );
}

function isSame(entry: string, before: Case["before"], config: Case["config"]): boolean {
  return JSON.stringify(before.agents[entry]) === JSON.stringify(config.agents[entry]);
}
