import { describe, expect, it } from "vitest";
import { drift, type Happening } from "../support/plan/drift.ts";
import { edited, machineWith, planOn, trio } from "../support/plan/scene.ts";
import { observedStarts, overtaken } from "../../src/apply/turns/starts.ts";
import { restartAction, startAction } from "../../src/plan/actions.ts";
import { stillDue } from "../../src/plan/still-due.ts";
import { agentUnit } from "../../src/desired/layout.ts";
import { desiredOf } from "../support/plan/resolved.ts";
import { observedOf } from "../support/plan/world.ts";

const { layout } = desiredOf({ agents: { a: { command: "x" } } });
const cause = { agent: "a", reason: "command-changed", timeoutMs: 1, cost: "agent" } as const;
const restart = restartAction(agentUnit(layout, "a"), cause);

describe("A restart", () => {
  it.each<[string, Map<string, number | "under-way" | undefined>, number | undefined, boolean]>([
    ["has been done if the agent has started since the plan", new Map([["a", 1]]), 2, true],
    ["has been done if the agent has started for the first time since", new Map([["a", undefined]]), 2, true],
    ["may have been done if a start was under way then", new Map([["a", "under-way"]]), undefined, true],
    ["is due if it has not", new Map([["a", 1]]), 1, false],
    ["is due if the agent has ended since", new Map([["a", 1]]), undefined, false],
    ["is due if the plan has not observed its last start", new Map(), 2, false],
  ])("%s", (_, observed, startedMs, isDone) => {
    expect(overtaken([restart], observed, layout, () => startedMs)).toEqual(isDone ? [restart] : []);
  });

  it("alone can be late: a start of a running agent does nothing", () => {
    const start = startAction(agentUnit(layout, "a"), cause);
    expect(overtaken([start], new Map([["a", 1]]), layout, () => 2)).toEqual([]);
  });

  it("looks again before a start that may join a run by the files from before", () => {
    const changed = edited(trio, "canary", { env: { MODEL: "haiku" } });
    const startsOf = (what: Happening["what"], fleet = changed): readonly unknown[] => {
      const world = drift(machineWith(trio), [{ what, pick: 0 }]);
      return [...observedStarts(planOn(world, fleet), observedOf(world)).values()];
    };
    expect(startsOf("stopping")).toEqual(["under-way"]);
    expect(startsOf("stopping", trio)).toEqual([]); // its files stay the same
    expect(startsOf("failed")).toEqual([]);
    const start = startAction(agentUnit(layout, "a"), cause);
    expect(overtaken([start], new Map([["a", "under-way"]]), layout, () => undefined)).toEqual([start]);
  });

  it("waits for the end of a run by other files that nobody may interrupt", () => {
    const changed = edited(trio, "canary", { env: { MODEL: "haiku" } });
    const dueAfter = (...what: readonly Happening["what"][]): object => {
      const happenings = what.map((each) => ({ what: each, pick: 0 }));
      const world = drift(machineWith(trio), happenings);
      const { restarts, unsettled } = stillDue(planOn(world, changed), observedOf(world), world.layout);
      return { restarts: [...restarts], unsettled: [...unsettled] };
    };
    expect(dueAfter("attached")).toEqual({ restarts: [], unsettled: ["canary"] });
    expect(dueAfter()).toEqual({ restarts: ["canary"], unsettled: [] });
    expect(dueAfter("failed")).toEqual({ restarts: ["canary"], unsettled: [] });
  });

  it("is still due if the agent has failed since, and not if it runs or starts", () => {
    const dueAfter = (what: Happening["what"]): object => {
      const world = drift(machineWith(trio), [{ what, pick: 0 }]);
      const due = stillDue(planOn(world, trio), observedOf(world), world.layout);
      return Object.fromEntries(Object.entries(due).map(([name, agents]) => [name, [...agents]]));
    };
    const canary = ["canary"];
    expect(dueAfter("failed")).toEqual({ restarts: canary, starts: canary, unsettled: [] });
    expect(dueAfter("autoRestarting")).toEqual({ restarts: canary, starts: canary, unsettled: [] });
    expect(dueAfter("crashed")).toEqual({ restarts: [], starts: [], unsettled: [] });
    expect(dueAfter("starting")).toEqual({ restarts: [], starts: [], unsettled: canary });
    // Only its start is due, if a reset of failures has met its end, or a person has stopped it.
    expect(dueAfter("stopped")).toEqual({ restarts: [], starts: canary, unsettled: [] });
  });
});
