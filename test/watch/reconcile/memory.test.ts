import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import type { Action } from "../../../src/plan/types.ts";
import {
  afterApply,
  afterLook,
  afterNothing,
  afterReading,
  afterRecord,
  afterRun,
  emptyMemory,
  inTrouble,
  outOfTrouble,
  soonest,
  whileSaved,
  type Memory,
} from "../../../src/watch/reconcile/memory.ts";
import { edited, trio } from "../../support/plan/scene.ts";
import { applied, lookAt } from "../../support/watch/look.ts";

const problem = (summary: string, code: Diagnostic["code"] = "command-failed"): Diagnostic => ({
  severity: "error",
  code,
  summary,
});

/** Returns the reports, and the delays before each new attempt, while these problems come up one after the other. */
function troubles(...summaries: readonly string[]): readonly (readonly [string, number])[] {
  let memory = emptyMemory;
  return summaries.map((summary) => {
    const after = inTrouble(memory, [problem(summary)]);
    ({ memory } = after);
    return [after.events.map(({ kind }) => kind).join(), after.againInMs];
  });
}

describe("A problem that prevents the work of a watch", () => {
  it("is reported once, and tried again more and more rarely, up to every five minutes", () => {
    const times = troubles(...Array.from({ length: 9 }, () => "x")).map(
      ([told, ms]) => `${told} ${ms / 1_000}`,
    );
    expect(times).toEqual(["problem 5", " 10", " 20", " 40", " 80", " 160", " 300", " 300", " 300"]);
  });

  it("starts from the beginning if it is another one", () => {
    expect(troubles("a", "a", "b", "a").map(([told, ms]) => [told, ms / 1_000])).toEqual([
      ["problem", 5],
      ["", 10],
      ["problem", 5],
      ["problem", 5],
    ]);
  });

  it("is the same for any time for which the lock has been held", () => {
    const { memory } = inTrouble(emptyMemory, [problem("held for 2 s", "locked")]);
    expect(inTrouble(memory, [problem("held for 9 s", "locked")]).events).toEqual([]);
  });

  it("is reported to be over, once, and only if it existed", () => {
    const { memory } = inTrouble(emptyMemory, [problem("x")]);
    const over = outOfTrouble(memory);
    expect(over.events).toEqual([{ kind: "problem-over" }]);
    expect(outOfTrouble(over.memory).events).toEqual([]);
    expect(outOfTrouble(emptyMemory)).toEqual({ memory: emptyMemory, events: [] });
  });
});

describe("A file that is being saved", () => {
  const reading = { config: undefined, isNew: false, againInMs: 700, isOutdated: true, sinceMs: 0 };

  it("is reported to those who asked, once for each save", () => {
    const waits = whileSaved(emptyMemory, ["edit"]);
    expect(waits).toEqual({ memory: emptyMemory, events: [] });
    const told = whileSaved(waits.memory, ["edit", "asked"]);
    expect(told.events).toMatchObject([{ kind: "note" }]);
    expect(whileSaved(afterReading(told.memory, reading), ["asked"]).events).toEqual([]);
    const saved = afterReading(told.memory, { ...reading, isOutdated: false });
    expect(whileSaved(saved, ["asked"]).events).toHaveLength(1);
  });
});

describe("A look without anything to do", () => {
  const look = lookAt(applied, { fleet: trio });
  const isNew = { config: undefined, isNew: true, againInMs: undefined, isOutdated: false, sinceMs: 0 };

  it("is reported after a new text, and to those who asked", () => {
    expect(afterNothing(emptyMemory, look, ["drift"]).events).toEqual([]);
    expect(afterNothing(emptyMemory, look, ["asked"]).events).toEqual([
      { kind: "in-line", causes: ["asked"] },
    ]);
    const memory = afterReading(afterReading(emptyMemory, isNew), { ...isNew, isNew: false });
    expect(afterNothing(memory, look, ["edit"]).events).toEqual([{ kind: "in-line", causes: ["edit"] }]);
  });

  it("ends a trouble first", () => {
    const { memory } = inTrouble(emptyMemory, [problem("x")]);
    expect(afterNothing(memory, look, ["asked"]).events.map(({ kind }) => kind)).toEqual([
      "problem-over",
      "in-line",
    ]);
  });
});

describe("A run that cannot be recorded", () => {
  it("is reported once, until a record succeeds again", () => {
    const lost = { ok: false, diagnostics: [{ ...problem("no space"), detail: "ENOSPC" }] } as const;
    const first = afterRecord(emptyMemory, lost);
    expect(first.events).toEqual([{ kind: "note", text: "History: no space (ENOSPC)" }]);
    expect(afterRecord(first.memory, lost).events).toEqual([]);
    const over = afterRecord(first.memory, { ok: true, value: undefined });
    expect(over).toEqual({ memory: emptyMemory, events: [] });
    expect(afterRecord(over.memory, lost).events).toHaveLength(1);
  });
});

describe("A start", () => {
  const fleet = edited(trio, "canary", { env: { MODEL: "sonnet" } });
  const look = lookAt(applied, { fleet });
  const restart = look.plan.actions.filter(({ kind }) => kind === "restart");
  const countOf = ({ backOff }: Memory): number | undefined => backOff.get("canary")?.count;
  const run = (memory: Memory, skipped: readonly Action[] = []): Memory =>
    afterRun(memory, look, { skipped }, 1_000);

  it("counts as an attempt unless it was skipped", () => {
    expect(restart).toHaveLength(1);
    expect([countOf(run(emptyMemory)), countOf(run(run(emptyMemory)))]).toEqual([1, 2]);
    expect(countOf(run(emptyMemory, restart))).toBeUndefined();
  });

  it("is reported after an interruption when it has succeeded", () => {
    const outcome = { done: [], failed: restart, skipped: [] };
    const cut = afterApply(emptyMemory, look.plan, outcome, look, true);
    expect(cut.events).toEqual([]);
    const seen = afterLook(cut.memory, lookAt(applied), 2_000);
    expect(seen.events).toMatchObject([{ kind: "changed", agent: "canary", action: "restarted" }]);
    expect(afterLook(seen.memory, lookAt(applied), 3_000).events).toEqual([]);
    const whole = afterApply(emptyMemory, look.plan, outcome, look, false);
    expect(afterLook(whole.memory, lookAt(applied), 2_000).events).toEqual([]);
  });
});

it("The next look is at the earliest of the known times", () => {
  expect(soonest(700, undefined, 300, 500)).toBe(300);
  expect(soonest(undefined, undefined)).toBeUndefined();
});
