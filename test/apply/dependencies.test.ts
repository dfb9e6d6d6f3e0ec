import { describe, expect, it } from "vitest";
import { dependencies } from "../../src/apply/dependencies.ts";
import type { Action } from "../../src/plan/types.ts";
import { edited, machineWith, planOn, trio, without } from "../support/plan/scene.ts";

/** tester is removed, zoo is added, and the first of the others is restarted. */
const plan = planOn(machineWith(trio), edited(without(trio, "tester"), "zoo", { command: "x" }));

function action(kind: Action["kind"], part: string): Action {
  const found = plan.actions.find((each) => each.kind === kind && each.target.includes(part));
  if (found === undefined)
    throw new Error(`there is no ${kind} ${part} in: ${plan.actions.map(({ id }) => id).join()}`);
  return found;
}

/** Returns the dependents of an action: the plan may not do them without it. */
function resting(earlier: Action, overdue = false): readonly string[] {
  const dependsOn = dependencies(plan, overdue);
  const at = plan.actions.indexOf(earlier);
  return plan.actions
    .slice(at + 1)
    .filter((later) => dependsOn(later, earlier))
    .map(({ kind, agent }) => `${kind} ${agent ?? "shared"}`);
}

describe("The dependencies of an action", () => {
  it("are the earlier actions of the same agent", () => {
    expect(new Set(resting(action("stop", "tester")))).toEqual(
      new Set(["reset-failed tester", "unlink tester", "remove-file tester"]),
    );
    expect(resting(action("write-file", "zoo.env"))).toEqual(["link zoo", "start zoo"]);
  });

  it("contain the reload for each agent with changed units, or for all agents if the changes are unknown", () => {
    expect(resting(action("daemon-reload", ""))).toEqual(["start zoo"]);
    const restart: Action = { ...action("start", "zoo"), kind: "start", agent: "other", target: "other" };
    const reload = action("daemon-reload", "");
    expect(dependencies(plan, false)(restart, reload)).toBe(false);
    expect(dependencies(plan, true)(restart, reload)).toBe(true);
  });

  it("contain all actions of the agent whose place it takes", () => {
    const sentry = { ...trio.agents?.["canary"], formerly: "canary" };
    const renamed = planOn(machineWith(trio), edited(without(trio, "canary"), "sentry", sentry));
    const end = renamed.actions.find(({ kind }) => kind === "stop");
    const dependsOn = dependencies(renamed, false);
    const ofSentry = renamed.actions.filter(({ agent }) => agent === "sentry");
    expect(ofSentry.map(({ kind }) => kind)).toEqual(["write-file", "link", "start"]);
    expect(end && ofSentry.every((later) => dependsOn(later, end))).toBe(true);
  });

  it("contain the shared files before each start, and the end of each agent before their removal", () => {
    const start = action("start", "zoo");
    const shared: Action = { ...action("write-file", "zoo.env"), agent: undefined, target: "/x.service" };
    const removal: Action = { ...action("remove-file", "tester"), agent: undefined, target: "/script" };
    const dependsOn = dependencies(plan, false);
    expect(dependsOn(start, shared)).toBe(true);
    expect(dependsOn(removal, action("stop", "tester"))).toBe(true);
    expect(dependsOn(removal, start)).toBe(false);
  });
});
