import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  agentUnit,
  dropInPath,
  envPath,
  linkPath,
  timerLinkPath,
  timerPath,
  timerUnit,
  unitFilePath,
} from "../../../src/desired/layout.ts";
import { planDestroy } from "../../../src/plan/commands/plan-destroy.ts";
import type { Action } from "../../../src/plan/types.ts";
import { anyCase, bold, planOf, type Case } from "../../support/plan/arbitraries.ts";
import { ownedIn } from "../../support/plan/goal.ts";
import { apply } from "../../support/plan/model.ts";
import { strangersIn } from "../../support/plan/strangers.ts";
import { observedOf, panesOf, textAt, type World } from "../../support/plan/world.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

describe("For any declaration and any history,", () => {
  it("foreign objects stay as they are", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const owned = ownedIn(each.world);
        const { actions } = planOf(each, each.world);
        expect(actions.filter((action) => !isWithinReach(action, each))).toEqual([]);
        const after = apply(each.world, actions);
        const added = new Set(actions.map(({ agent }) => agent).filter((agent) => agent !== undefined));
        const all = new Set([...owned, ...added]);
        expect(strangersIn(after, all)).toEqual(strangersIn(each.world, all));
        // A service has no session, and leaves one of its name alone.
        const services = new Set(
          each.desired.agents.flatMap(({ name, unitFile }) => (unitFile ? [name] : [])),
        );
        expect(onlyNew(each.world, added, owned, services)).toEqual([]);
      }),
      runs,
    );
  });

  it("with agents named, the others are in no action", () => {
    fc.assert(
      fc.property(anyCase, fc.subarray(["a", "b", "can", "a-1", "zoo-2"]), (each, names) => {
        const plan = planOf(each, each.world, { ...bold, only: new Set(names) });
        const touched = plan.actions.map(({ agent }) => agent).filter((agent) => agent !== undefined);
        // A renamed agent is named by each of its names.
        const same = each.desired.agents
          .map(({ name, formerly }) => [name, ...formerly])
          .filter((all) => all.some((name) => names.includes(name)));
        const allowed = new Set([...names, ...same.flat()]);
        expect(touched.filter((name) => !allowed.has(name))).toEqual([]);
      }),
      runs,
    );
  });

  it("destroy leaves nothing of the fleet, and everything else", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const owned = ownedIn(each.world);
        const plan = planDestroy(each.desired.layout, observedOf(each.world), bold);
        const after = apply(each.world, plan.actions);
        const blocked = plan.agents.filter(({ action }) => action === "blocked").map(({ name }) => name);
        expect([...ownedIn(after)].sort()).toEqual(blocked);
        expect(strangersIn(after, owned)).toEqual(strangersIn(each.world, owned));
        const second = planDestroy(each.desired.layout, observedOf(after), bold);
        expect(second.actions).toEqual([]);
        if (blocked.length === 0 && plan.notes.length === 0)
          expect(textAt(after, each.desired.layout.holderPath)).toBeUndefined();
      }),
      runs,
    );
  });
});

/** Returns true for places of the layout that are the fleet's own or free, and for units and sessions of its agents. */
function isWithinReach(action: Action, { world, desired }: Case): boolean {
  const { layout } = desired;
  const owned = ownedIn(world);
  const declared = new Set(desired.agents.map(({ name }) => name));
  const shared = [
    layout.holderPath,
    layout.templatePath,
    layout.scriptPath,
    layout.holderUnit,
    "systemd --user",
  ];
  if (shared.includes(action.target)) return action.agent === undefined;
  const { agent, target } = action;
  if (agent === undefined || !(owned.has(agent) || declared.has(agent))) return false;
  if (action.kind === "kill-session") {
    const agents = panesOf(world)
      .filter(({ sessionId }) => sessionId === target)
      .map((pane) => pane.agent);
    return agents.includes(agent) && agents.every((each) => each === undefined || each === agent);
  }
  return [
    agentUnit(layout, agent),
    envPath(layout, agent),
    dropInPath(layout, agent),
    unitFilePath(layout, agent),
    linkPath(layout, agent),
    timerUnit(layout, agent),
    timerPath(layout, agent),
    timerLinkPath(layout, agent),
  ].includes(target);
}

/** Returns the earlier state of agents that are new to the fleet, and up or with a session. */
function onlyNew(
  world: World,
  added: ReadonlySet<string>,
  owned: ReadonlySet<string>,
  services: ReadonlySet<string>,
): readonly string[] {
  return [...added]
    .filter((name) => !owned.has(name))
    .filter(
      (name) =>
        world.units.get(agentUnit(world.layout, name))?.active === "active" ||
        world.files.has(envPath(world.layout, name)) ||
        world.files.has(dropInPath(world.layout, name)) ||
        world.files.has(unitFilePath(world.layout, name)) ||
        (!services.has(name) &&
          panesOf(world).some(({ sessionName, agent }) => sessionName === name || agent === name)),
    );
}
