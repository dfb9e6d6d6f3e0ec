import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { batchActions } from "../../src/apply/batches.ts";
import { agentUnit, envPath } from "../../src/desired/layout.ts";
import { isInLine } from "../../src/plan/summary.ts";
import type { Action, Plan } from "../../src/plan/types.ts";
import { anyCase, freeCase, movingCase, planOf, type Case } from "../support/plan/arbitraries.ts";
import { ownedIn, shortfalls } from "../support/plan/goal.ts";
import { endProcesses, reloadManager, setUnit, settleUnits } from "../support/plan/model-units.ts";
import { announce, apply, perform } from "../support/plan/model.ts";
import { change, type World } from "../support/plan/world.ts";
import { holdOf } from "../support/plan/agent-words.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 100) };

/** Returns the agents left alone by the plan: something is in the way, or `keep` protects them from an end. */
function blockedIn({ agents }: Plan): ReadonlySet<string> {
  const left = agents.filter((agent) => agent.action === "blocked" || holdOf(agent) === "kept");
  return new Set(left.map(({ name }) => name));
}

function keptIn({ agents }: Plan): ReadonlySet<string> {
  return new Set(agents.filter((agent) => holdOf(agent) === "kept").map(({ name }) => name));
}

/** Returns true for an agent to be removed without the file that records its protection. */
function isProtectionUnknown(name: string, { world, desired }: Case): boolean {
  const isDeclared = desired.agents.some((agent) => agent.name === name);
  return !isDeclared && !world.files.has(envPath(world.layout, name));
}

/** Returns true if something blocks the fleet as a whole. */
function isHeld({ notes }: Plan): boolean {
  return notes.some(({ kind }) => kind === "hindrance");
}

describe("For any history of a fleet,", () => {
  it("one apply meets the goal, and the next plan has nothing to do", () => {
    fc.assert(
      fc.property(freeCase, (each) => {
        const plan = planOf(each, each.world);
        const blocked = blockedIn(plan);
        const after = apply(each.world, plan.actions);
        expect(shortfalls(after, each.world, each.desired, blocked)).toEqual([]);
        expect(isInLine(planOf(each, after)) || blocked.size > 0).toBe(true);
        const kept = keptIn(plan);
        const ours = [...blocked].filter((name) => ownedIn(each.world).has(name) && !kept.has(name));
        expect(ours.filter((name) => !isProtectionUnknown(name, each))).toEqual([]);
      }),
      runs,
    );
  });

  it("one apply does everything that is possible, with any obstacle", () => {
    fc.assert(
      fc.property(anyCase, (each) => {
        const plan = planOf(each, each.world);
        const after = apply(each.world, plan.actions);
        if (!isHeld(plan)) expect(shortfalls(after, each.world, each.desired, blockedIn(plan))).toEqual([]);
        const second = planOf(each, after);
        expect(second.actions).toEqual([]);
        expect(blockedIn(second)).toEqual(blockedIn(plan));
      }),
      runs,
    );
  });

  it("agents that are just starting or stopping match after at most one more apply", () => {
    fc.assert(
      fc.property(movingCase, (each) => {
        const plan = planOf(each, each.world);
        const settled = change(apply(each.world, plan.actions), settleUnits);
        const after = apply(settled, planOf(each, settled).actions);
        expect(shortfalls(after, each.world, each.desired, blockedIn(plan))).toEqual([]);
        expect(planOf(each, after).actions).toEqual([]);
      }),
      runs,
    );
  });

  it("every action is needed: without any of them, the goal is missed", () => {
    fc.assert(
      fc.property(freeCase, (each) => {
        const plan = planOf(each, each.world);
        // The goal does not cover blocked agents.
        const kept = keptIn(plan);
        const isMeasured = ({ agent = "" }: Action): boolean => !kept.has(agent);
        const { actions } = plan;
        for (const action of actions.filter(
          (one) => isMeasured(one) && !isPulledIn(one, each) && !isPrecaution(one, actions, each.world),
        )) {
          const world = leastFavourable(each.world, action);
          const after = apply(
            world,
            actions.filter((other) => other !== action),
          );
          expect(
            shortfalls(after, each.world, each.desired, blockedIn(plan)),
            `without ${action.id}`,
          ).not.toEqual([]);
        }
      }),
      runs,
    );
  });

  it("an apply that was cut off anywhere is finished by the next one, which touches no other agent", () => {
    fc.assert(
      fc.property(
        freeCase,
        fc.nat(),
        fc.array(fc.boolean(), { minLength: 40, maxLength: 40 }),
        (each, at, mask) => {
          const plan = planOf(each, each.world);
          const cut = perform(announce(each.world, plan.actions), cutOff(plan.actions, at, mask));
          const second = planOf(each, cut);
          const after = apply(cut, second.actions);
          expect(shortfalls(after, each.world, each.desired, unfinishable(plan, each.world))).toEqual([]);
          expect(planOf(each, after).actions).toEqual([]);
          const touched = new Set(plan.actions.map(({ agent }) => agent));
          expect(second.actions.filter(({ agent }) => agent !== undefined && !touched.has(agent))).toEqual(
            [],
          );
        },
      ),
      runs,
    );
  });
});

/**
 * Returns true for a start that systemd does along with another agent, by Requires= or Wants=. The plan names it for
 * its readers.
 */
function isPulledIn({ kind, target, cost }: Action, { desired }: Case): boolean {
  if (kind !== "start" && (kind !== "restart" || cost === "agent")) return false;
  const wants = desired.agents.map(
    ({ dropIn, unitFile }) => /^Wants=(.*)$/m.exec((unitFile ?? dropIn)?.content ?? "")?.[1] ?? "",
  );
  return target === desired.layout.holderUnit || wants.some((units) => units.split(" ").includes(target));
}

/**
 * Returns true for a precaution. A unit that fails while it is being stopped stays failed, unlike the model's units. If
 * the session is killed anyhow, a stop before gives the agent time to end. An agent between two runs that becomes one
 * of another kind has nothing to stop, but systemd may begin the next run before it has the new files.
 */
function isPrecaution(
  { kind, target, agent, reason }: Action,
  actions: readonly Action[],
  world: World,
): boolean {
  if (kind === "tag") return true; // in case the rest is cut off
  if (kind === "stop") {
    // Its timer may start it before the stop: see test/plan/agent/schedule.
    const { active, sub } = world.units.get(target) ?? { active: "inactive", sub: "dead" };
    const isBetweenRuns = reason === "kind-changed" && sub === "auto-restart";
    const isDown = active === "inactive" || active === "failed" || isBetweenRuns;
    return isDown || actions.some((other) => other.kind === "kill-session" && other.agent === agent);
  }
  return kind === "reset-failed" && actions.some((other) => other.kind === "stop" && other.target === target);
}

/**
 * Returns the one of several machines, equal by observation, on which an action is needed most. Three facts cannot be
 * observed. One is how often a unit may still be started (the reason for reset-failed; systemd itself starts units that
 * are not stopped). Another is if the manager has read an edit. The last is if a failed agent fails again before or
 * during its stop.
 */
function leastFavourable(world: World, { kind, agent }: Action): World {
  return change(world, (after) => {
    if (kind === "reset-failed") for (const unit of after.units.keys()) after.starts.set(unit, 1000);
    const unit = agent === undefined ? undefined : agentUnit(after.layout, agent);
    const failsAgain = agent !== undefined && (after.runtime.get(agent)?.restarts ?? 0) > 0;
    if (kind === "reset-failed" && failsAgain && unit && after.units.get(unit)?.active !== "failed") {
      endProcesses(after, agent);
      setUnit(after, unit, "deactivating", "stop-post");
    }
    if (kind === "stop") after.starts.clear();
    if (kind === "daemon-reload") reloadManager(after);
    after.reloadPending = world.reloadPending;
    if (kind === "kill-session" && failsAgain && unit) {
      endProcesses(after, agent);
      setUnit(after, unit, "activating", "auto-restart");
    }
  });
}

/** Returns the actions done by a killed run: whole batches, and any of the next batch if it writes files. */
function cutOff(actions: readonly Action[], at: number, mask: readonly boolean[]): readonly Action[] {
  const batches = batchActions(actions);
  const whole = at % (batches.length + 1);
  const next = batches[whole];
  return [
    ...batches.slice(0, whole).flatMap((batch): readonly Action[] => batch.actions),
    ...(next?.kind === "files" ? next.actions.filter((_, index) => mask[index % mask.length]) : []),
  ];
}

/**
 * Returns the agents that cannot be finished after a cut. If the env file of an agent was removed, only its session
 * names its owner, and nothing does after the stop.
 */
function unfinishable({ agents }: Plan, { files, layout }: World): ReadonlySet<string> {
  const names = agents.filter(
    (agent) =>
      agent.action === "blocked" ||
      holdOf(agent) === "kept" ||
      (agent.action === "remove" && !files.has(envPath(layout, agent.name))),
  );
  return new Set(names.map(({ name }) => name));
}
