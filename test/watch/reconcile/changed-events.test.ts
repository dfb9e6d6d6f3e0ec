import { describe, expect, it } from "vitest";
import type { ApplyOutcome } from "../../../src/events/apply-events.ts";
import type { Action } from "../../../src/plan/types.ts";
import { changedEvents } from "../../../src/watch/reconcile/changed-events.ts";
import { edited, trio, without } from "../../support/plan/scene.ts";
import { change, emptyWorld, type World } from "../../support/plan/world.ts";
import { after, afterOn, applied, lookAt, type Glance } from "../../support/watch/look.ts";
import { inShort } from "../../support/plan/detail.ts";

/** Returns the events after all actions of a plan were done except for the named ones. */
function told(
  world: World,
  glance: Glance = {},
  isUndone: (action: Action) => boolean = () => false,
): readonly string[] {
  const considered = lookAt(world, glance);
  const { actions } = considered.plan;
  const outcome: ApplyOutcome = {
    done: actions.filter((action) => !isUndone(action)),
    failed: actions.filter(isUndone),
    skipped: [],
  };
  return changedEvents(considered.plan, outcome, considered).map((event) => {
    if (event.kind === "shared-changed") return `${event.change.role} ${event.change.reason}`;
    if (event.kind !== "changed") return event.kind;
    const why = event.changes.map(inShort);
    return `${event.agent} ${event.action}: ${why.join(", ")}${event.wasStopped ? " (was stopped)" : ""}`;
  });
}

const restarting = edited(trio, "canary", { env: { MODEL: "sonnet" }, onChange: "restart" });

describe("An executed change", () => {
  it("is reported for each agent in the past tense, with its reasons", () => {
    expect(told(emptyWorld(applied.layout, applied.inputs))).toEqual([
      "holder new",
      "template new",
      "script new",
      "canary added: ",
      "planner added: ",
      "tester added: ",
    ]);
    expect(told(applied, { fleet: restarting })).toEqual(["canary restarted: env-changed env.MODEL"]);
    expect(told(applied, { fleet: edited(trio, "canary", { description: "x" }) })).toEqual([
      "canary changed: settings-changed Description",
    ]);
    expect(told(applied, { fleet: edited(trio, "canary", { state: "stopped" }) })).toEqual([
      "canary stopped: stop-wanted, enablement-changed no longer starts at boot",
    ]);
    expect(told(applied, { fleet: without(trio, "canary") })).toEqual(["canary removed: no-longer-declared"]);
    expect(told(after("failed"))).toEqual(["canary started: failed"]);
  });

  it("is not reported for an agent with an open action", () => {
    const isEnd = ({ kind, agent }: Action): boolean => agent === "canary" && kind === "restart";
    expect(told(applied, { fleet: restarting }, isEnd)).toEqual([]);
    const both = edited(restarting, "planner", { description: "x" });
    expect(told(applied, { fleet: both }, isEnd)).toEqual(["planner changed: settings-changed Description"]);
  });

  it("is reported for a shared file that was written, and only then", () => {
    const world = afterOn(applied, "templateEdited", "scriptRemoved");
    expect(told(world)).toEqual(["template file-edited", "script file-missing"]);
    expect(told(world, {}, ({ target }) => target === world.layout.scriptPath)).toEqual([
      "template file-edited",
    ]);
  });

  it("does not exist if agents wait or are blocked", () => {
    expect(told(after("attached"), { fleet: edited(trio, "canary", { env: { MODEL: "sonnet" } }) })).toEqual(
      [],
    );
    const glance = {
      fleet: edited(restarting, "canary", { workdir: "/srv" }),
      surroundings: { missingWorkdirs: ["/srv"] },
    };
    expect(told(applied, glance)).toEqual([]);
  });
});

describe("A restarted agent", () => {
  it("was stopped by a person if nothing of its session is left", () => {
    expect(told(after("stopped"))).toEqual(["canary started: not-running (was stopped)"]);
  });

  it("has ended by itself if its session is still there", () => {
    const ended = change(after("failed"), (world) => world.units.delete("mosaic-agent@canary.service"));
    expect(told(ended)).toEqual(["canary started: not-running"]);
  });

  it("was not stopped if something else has also caused the start", () => {
    expect(told(after("stopped", "envEdited"))).toEqual([
      "canary started: not-running, file-edited env file",
    ]);
    expect(told(after("stopped"), { fleet: restarting })[0]).not.toContain("was stopped");
  });
});
