import { describe, expect, it } from "vitest";
import { stepLoop, wakeAt, type LoopEvent, type LoopState } from "../../../src/watch/loop/loop.ts";
import { effectsIn, settings, startRun, type Run } from "../../support/watch/loop-run.ts";

const edit: LoopEvent = { kind: "changed", cause: "edit" };
const drift: LoopEvent = { kind: "changed", cause: "drift" };
const ended: LoopEvent = { kind: "ended", nextInMs: 60_000 };
const [asked, pause, slow, stop, woken] = (["asked", "pause-toggled", "slow", "stop", "woken"] as const).map(
  (kind): LoopEvent => ({ kind }),
) as [LoopEvent, LoopEvent, LoopEvent, LoopEvent, LoopEvent];

/** Returns a run with these events, each after so many ms. */
function runOf(...happenings: readonly (LoopEvent | number)[]): Run {
  const run = startRun();
  for (const each of happenings) {
    if (typeof each === "number") run.pass(each);
    else run.happen(each);
  }
  return run;
}

/** Returns the effects of such a run, without the look at the beginning of each. */
function after(...happenings: readonly (LoopEvent | number)[]): readonly string[] {
  const [first, ...others] = effectsIn(runOf(...happenings));
  expect(first).toBe("0 look start");
  return others;
}

describe("A waiting watch", () => {
  it("has observed at its beginning, and observes again at its due time", () => {
    expect(after(50, ended, 59_999)).toEqual([]);
    expect(after(50, ended, 60_000)).toEqual(["60050 look due"]);
  });

  it("observes a save once nothing has changed for the debounce", () => {
    expect(after(ended, 1_000, edit, 99)).toEqual([]);
    expect(after(ended, 1_000, edit, 100)).toEqual(["1100 look edit"]);
  });

  it("counts ten saves in a row as one", () => {
    const saves = Array.from({ length: 10 }, () => [edit, 20]).flat();
    expect(after(ended, ...saves, 30_000)).toEqual(["280 look edit"]);
  });

  it("observes endless changes after ten times the debounce, and the later ones once more", () => {
    const changes = Array.from({ length: 60 }, () => [drift, 20]).flat();
    expect(after(ended, ...changes)).toEqual(["1000 look drift"]);
    expect(after(ended, ...changes, ended, 10_000)).toEqual(["1000 look drift", "1280 look drift"]);
  });

  it("observes at once on request, also in the middle of changes", () => {
    expect(after(ended, 1_000, asked)).toEqual(["1000 look asked"]);
    expect(after(ended, 1_000, edit, 10, drift, 10, asked)).toEqual(["1020 look edit,drift,asked"]);
  });

  it("ignores a timer that fires too early", () => {
    expect(after(ended, 1_000, woken)).toEqual([]);
    expect(after(ended, 1_000, edit, 50, woken, 49, woken)).toEqual([]);
    expect(after(1_000, woken, ended)).toEqual([]);
  });
});

describe("A watch during a look", () => {
  it("observes all changes of that time exactly once more", () => {
    expect(after(edit, 10, drift, 10, edit, 1_000, ended, 1_000, ended, 1_000)).toEqual([
      "1020 look edit,drift",
    ]);
  });

  it("lets changes settle that have come just before its end", () => {
    expect(after(500, edit, 30, ended, 1_000)).toEqual(["600 look edit"]);
  });

  it("observes once more without a pause on request, also if something changes after that", () => {
    expect(after(500, asked, 10, ended)).toEqual(["510 look asked"]);
    expect(after(500, asked, asked, 10, edit, 10, ended)).toEqual(["520 look asked,edit"]);
  });

  it("is cut short if it only waits and a change has settled", () => {
    expect(after(slow, 5_000, edit, 99)).toEqual([]);
    expect(after(slow, 5_000, edit, 100, ended)).toEqual(["5100 cut-short", "5100 look edit"]);
    expect(after(edit, 5_000, slow, 10, ended)).toEqual(["5000 cut-short", "5010 look edit"]);
    expect(after(slow, 5_000, asked)).toEqual(["5000 cut-short"]);
  });

  it("is not cut short as long as it has other work, or without a change", () => {
    expect(after(edit, 5_000, asked, 5_000)).toEqual([]);
    expect(after(slow, 60_000, slow, woken)).toEqual([]);
  });

  it("is cut short once", () => {
    const once = ["100 cut-short"];
    expect(after(slow, edit, 100, edit, 1_000, asked, slow, 1_000, woken, edit, slow, 1_000)).toEqual(once);
  });

  it("can be cut short again in its next look", () => {
    expect(after(slow, asked, ended, slow, asked)).toEqual(["0 cut-short", "0 look asked", "0 cut-short"]);
  });
});

describe("A paused watch", () => {
  it("does nothing, after any change and any time", () => {
    expect(after(ended, pause, edit, 10, drift, 10_000_000)).toEqual([]);
    expect(after(ended, edit, pause, 10_000_000)).toEqual([]);
    expect(after(pause, edit, 10, ended, 10_000_000)).toEqual([]);
  });

  it("observes the changes as soon as it resumes, and otherwise the machine, which it has not observed for long", () => {
    expect(after(ended, pause, edit, drift, 7_000, pause)).toEqual(["7000 look edit,drift"]);
    expect(after(ended, edit, 10, pause, 7_000, pause)).toEqual(["7010 look edit"]);
    expect(after(pause, edit, ended, 7_000, pause)).toEqual(["7000 look edit"]);
    expect(after(ended, pause, 7_000, pause, 0)).toEqual(["7000 look due"]);
  });

  it("observes everything once on request, and remains paused", () => {
    const happenings = [ended, pause, edit, 10, asked, 10, ended, 10, edit, 10_000_000];
    expect(after(...happenings)).toEqual(["10 look edit,asked"]);
    expect(after(...happenings, pause)).toEqual(["10 look edit,asked", "10000030 look edit"]);
  });

  it("observes once more if it is asked during its last look", () => {
    expect(after(pause, 10, asked, 10, ended, 10, ended, 10_000_000)).toEqual(["20 look asked"]);
    expect(after(asked, 10, pause, 10, ended, 10, ended, 10_000_000)).toEqual(["20 look asked"]);
  });

  it("resumes without an effect if the pause is cancelled during a look", () => {
    expect(after(pause, 10, pause, 10, edit, ended, 100)).toEqual(["120 look edit"]);
    expect(after(ended, pause, 10, asked, pause, ended, 60_000)).toEqual(["10 look asked", "60010 look due"]);
  });
});

describe("A stopped watch", () => {
  it.each<[string, readonly (LoopEvent | number)[]]>([
    ["waits", [ended]],
    ["lets changes settle", [ended, edit]],
    ["is paused", [ended, pause, edit]],
  ])("leaves at once while it %s, and does nothing more", (_, before) => {
    expect(after(...before, stop)).toEqual(["0 leave"]);
    expect(after(...before, stop, edit, asked, pause, stop, 100_000)).toEqual(["0 leave"]);
  });

  it.each<[string, readonly LoopEvent[]]>([
    ["looks", []],
    ["looks and more has come", [edit, asked]],
    ["looks and is to pause", [pause, asked]],
    ["waits for what takes long", [slow]],
  ])("leaves after the current look while it %s, and does nothing more", (_, before) => {
    expect(after(...before, stop, edit, asked, pause, slow, stop, 100_000)).toEqual([]);
    expect(after(...before, stop, 500, ended)).toEqual(["500 leave"]);
    expect(after(...before, stop, edit, 500, ended, edit, asked, pause, stop, 100_000)).toEqual([
      "500 leave",
    ]);
  });

  it("requests nothing more", () => {
    const states: readonly LoopState[] = [{ kind: "leaving" }, { kind: "left" }];
    for (const state of states) {
      expect(wakeAt(state, settings)).toBeUndefined();
      for (const event of [edit, asked, pause, slow, stop, woken]) {
        expect(stepLoop(state, event, 0, settings)).toEqual({ state, effects: [] });
      }
    }
  });
});
