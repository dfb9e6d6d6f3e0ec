import { describe, expect, it } from "vitest";
import { drift } from "../support/plan/drift.ts";
import { machineWith, planOn, trio } from "../support/plan/scene.ts";
import { overtaken } from "../../src/apply/turns/starts.ts";
import { restartAction, startAction, stillToRestart } from "../../src/plan/actions.ts";
import { agentUnit } from "../../src/desired/layout.ts";
import { desiredOf } from "../support/plan/resolved.ts";

const { layout } = desiredOf({ agents: { a: { command: "x" } } });
const cause = { agent: "a", reason: "command-changed", timeoutMs: 1, cost: "agent" } as const;
const restart = restartAction(agentUnit(layout, "a"), cause);

describe("A restart", () => {
  it.each<[string, Map<string, number | undefined>, number | undefined, boolean]>([
    ["has been done if the agent has started since the plan", new Map([["a", 1]]), 2, true],
    ["has been done if the agent has started for the first time since", new Map([["a", undefined]]), 2, true],
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

  it("are still due if the agent has failed since, and not if it runs or starts", () => {
    const dueAfter = (what: "failed" | "autoRestarting" | "crashed"): readonly string[] => [
      ...stillToRestart(planOn(drift(machineWith(trio), [{ what, pick: 0 }]), trio)),
    ];
    expect(dueAfter("failed")).toEqual(["canary"]);
    expect(dueAfter("autoRestarting")).toEqual(["canary"]);
    expect(dueAfter("crashed")).toEqual([]);
  });
});
