import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agentUnit, dropInPath, envPath, linkPath } from "../../src/desired/layout.ts";
import type { DesiredAgent } from "../../src/desired/types.ts";
import { planDestroy } from "../../src/plan/commands/plan-destroy.ts";
import { planFleet } from "../../src/plan/fleet/plan-fleet.ts";
import type { Action, Plan, PlanOptions } from "../../src/plan/types.ts";
import { anyCase, bold, editCase, shy, type Case } from "../support/plan/arbitraries.ts";
import { ownedIn } from "../support/plan/goal.ts";
import { announce, apply, perform } from "../support/plan/model.ts";
import { strangersIn } from "../support/plan/strangers.ts";
import { observedOf, panesOf, textAt, type World } from "../support/plan/world.ts";
import { awaitedAction, reasonOf } from "../../src/plan/agent-plan.ts";
import { holdOf } from "../support/plan/agent-words.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

function planOf({ desired }: Case, world: World, options = bold): Plan {
  return planFleet(desired, observedOf(world), options);
}

describe("Whatever is declared, and whatever has happened,", () => {
  it("what is not the fleet's own stays as it is", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const owned = ownedIn(each.world);
        const { actions } = planOf(each, each.world);
        expect(actions.filter((action) => !isWithinReach(action, each))).toEqual([]);
        const after = apply(each.world, actions);
        const added = new Set(actions.map(({ agent }) => agent).filter((agent) => agent !== undefined));
        const all = new Set([...owned, ...added]);
        expect(strangersIn(after, all)).toEqual(strangersIn(each.world, all));
        expect(onlyNew(each.world, added, owned)).toEqual([]);
      }),
      runs,
    );
  });

  it("the manager is reloaded once if a unit's text or link changes, and else not at all", () => {
    fc.assert(
      fc.property(anyCase, ({ desired, world }) => {
        const { actions, summary } = planFleet(desired, observedOf(world), shy);
        const reloads = actions.filter(({ kind }) => kind === "daemon-reload").length;
        const changes = actions.some(({ target }) => target.startsWith(`${desired.layout.unitDir}/`));
        const isHeld = actions.length === 0;
        expect(reloads).toBe((changes || world.reloadPending) && !isHeld ? 1 : 0);
        expect(summary.daemonReload).toBe(reloads === 1);
      }),
      runs,
    );
  });

  it("every interruption is announced with its agent, reason and what is at stake", () => {
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

  it("nobody is interrupted whom a policy protects", () => {
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

  it("what waits for an agent is stable: the next plan has nothing to do, and says the same of it", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const plan = planOf(each, each.world, { ...shy, allowRemoveAll: true });
        const waiting = ({ agents }: Plan) =>
          agents
            .filter(({ action }) => action === "pending")
            .map((agent) => [agent.name, holdOf(agent), awaitedAction(agent)]);
        // Nobody falls idle in between.
        const after = { ...apply(each.world, plan.actions), now: each.world.now };
        const second = planOf(each, after, { ...shy, allowRemoveAll: true });
        expect(second.actions).toEqual([]);
        expect(waiting(second)).toEqual(waiting(plan));
      }),
      runs,
    );
  });

  it("an agent under a new name and the same under the old one are never started beside each other", () => {
    fc.assert(
      fc.property(anyCase, fc.constantFrom(bold, shy), (each, options) => {
        const { actions } = planOf(each, each.world, { ...options, allowRemoveAll: true });
        const together = (world: World): readonly string[] => {
          const live = new Set(panesOf(world).flatMap(({ agent, dead }) => (dead ? [] : (agent ?? []))));
          return each.desired.agents.flatMap(({ name, formerly }) =>
            live.has(name) ? formerly.filter((old) => live.has(old)).map((old) => `${name} and ${old}`) : [],
          );
        };
        const before = new Set(together(each.world));
        for (let count = 1; count <= actions.length; count++) {
          const during = perform(announce(each.world, actions), actions.slice(0, count));
          expect(together(during).filter((pair) => !before.has(pair))).toEqual([]);
        }
      }),
      { numRuns: runs.numRuns / 2 },
    );
  });

  it("protected agents are never stopped or removed, whatever is allowed", () => {
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

  it("destroy leaves nothing of the fleet, and all that is not of it", () => {
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

describe("After an edit of fleet.yaml and nothing else,", () => {
  it("nobody whom a policy protects is interrupted without --now, whatever else is allowed", () => {
    fc.assert(
      fc.property(editCase, (each) => {
        const allowed: PlanOptions = { ...bold, now: false };
        const names = interruptedBy(planOf(each, each.world, allowed), each.world);
        expect(names.filter((name) => !mayBeInterrupted(name, each))).toEqual([]);
      }),
      runs,
    );
  });

  it("agents that did not change are in no action", () => {
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
    linkPath(layout, agent),
  ].includes(target);
}

/** Returns the earlier state of agents that are new to the fleet, and up or with a session. */
function onlyNew(world: World, added: ReadonlySet<string>, owned: ReadonlySet<string>): readonly string[] {
  return [...added]
    .filter((name) => !owned.has(name))
    .filter(
      (name) =>
        world.units.get(agentUnit(world.layout, name))?.active === "active" ||
        world.files.has(envPath(world.layout, name)) ||
        world.files.has(dropInPath(world.layout, name)) ||
        panesOf(world).some(({ sessionName, agent }) => sessionName === name || agent === name),
    );
}

/** Returns the agents with a process that the plan ends. */
function interruptedBy({ actions }: Plan, world: World): readonly string[] {
  const after = new Set(
    panesOf(apply(world, actions))
      .filter(({ dead }) => !dead)
      .map(({ pid }) => pid),
  );
  const ended = panesOf(world).filter(
    ({ agent, dead, pid }) => agent !== undefined && !dead && !after.has(pid),
  );
  return ended.map(({ agent = "" }) => agent);
}

/**
 * Returns true if the policies allow an interruption without options. The last declaration counts for a removed agent.
 */
function mayBeInterrupted(name: string, { desired, world }: Case): boolean {
  const agent = desired.agents.find((each) => each.name === name);
  if (isProtected(name, { desired, world }) && agent?.state !== "running") return false;
  const isEnding = world.units.get(agentUnit(world.layout, name))?.active === "deactivating";
  const successor = desired.agents.find(({ formerly }) => formerly.includes(name));
  return isEnding || isAllowed({ ...(agent ?? successor ?? recordedPolicy(name, world)), name }, world);
}

/** Returns the policy in an agent's env file, apart from the variables. */
function recordedPolicy(name: string, world: World): Pick<DesiredAgent, "onChange" | "idleAfterMs"> {
  const mark = /^# mosaic-fleet:.*$/m.exec(textAt(world, envPath(world.layout, name)) ?? "")?.[0] ?? "";
  const [, onChange = "when-idle"] = / onChange=([a-z-]+) /.exec(mark) ?? [];
  const [, idleAfter = "60000"] = / idleAfter=(\d+)ms /.exec(mark) ?? [];
  return { onChange: onChange as DesiredAgent["onChange"], idleAfterMs: Number(idleAfter) };
}

function isAllowed(
  { name, onChange, idleAfterMs }: Pick<DesiredAgent, "name" | "onChange" | "idleAfterMs">,
  world: World,
): boolean {
  const pane = panesOf(world).find((each) => each.agent === name && !each.dead);
  if (pane === undefined || onChange === "restart") return true;
  return onChange === "when-idle" && pane.attached === 0 && world.now - pane.activity * 1000 >= idleAfterMs;
}

/** Returns true for an agent declared as protected and to be stopped, or removed after a protected declaration. */
function isProtected(name: string, { desired, world }: Pick<Case, "desired" | "world">): boolean {
  const agent = desired.agents.find((each) => each.name === name);
  if (agent !== undefined) return agent.protect;
  // A rename is neither a stop nor a removal, but as much as a restart.
  if (desired.agents.some(({ formerly }) => formerly.includes(name))) return false;
  const mark = /^# mosaic-fleet:.*$/m.exec(textAt(world, envPath(world.layout, name)) ?? "")?.[0] ?? "";
  return mark.includes(" protect=yes ");
}

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
    const relevant = [entry, ...(now?.dependsOn ?? [])];
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
