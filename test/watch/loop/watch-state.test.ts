import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import type { LookCause } from "../../../src/events/watch-events.ts";
import {
  beginWatch,
  isIdleView,
  isStuck,
  stepWatch,
  type WatchState,
  type WatchStateEffect,
  type WatchStateEvent,
} from "../../../src/watch/loop/watch-state.ts";

const problem = (summary: string, code: Diagnostic["code"] = "internal"): Diagnostic => ({
  severity: "error",
  code,
  summary,
});
const ended: WatchStateEvent = { kind: "ended", nextInMs: 60_000, openCauses: [], bug: undefined };
const toggle: WatchStateEvent = { kind: "pause-toggled" };
const stop: WatchStateEvent = { kind: "stop" };
const edit: WatchStateEvent = { kind: "changed", cause: "edit" };

/** Returns a state after these events, and all its effects from the last one on. */
function after(
  events: readonly WatchStateEvent[],
  isPersistent = false,
): readonly [WatchState, readonly string[]] {
  let { state, effects } = beginWatch(0);
  for (const [index, event] of events.entries()) {
    ({ state, effects } = stepWatch(state, event, index + 1, { debounceMs: 100, isPersistent }));
  }
  return [state, effects.map(inWords)];
}

const doing = (events: readonly WatchStateEvent[], isPersistent?: boolean): readonly string[] =>
  after(events, isPersistent)[1];

function inWords(effect: WatchStateEffect): string {
  switch (effect.kind) {
    case "look":
      return `look for ${effect.causes.join()}`;
    case "tell":
      return effect.event.kind === "problem"
        ? `tell ${effect.event.diagnostics.map(({ summary }) => summary).join()}`
        : `tell ${effect.event.kind}`;
    case "end-look":
      return `end the look ${effect.how}: ${effect.why}`;
    case "prepare":
    case "leave":
      return effect.kind;
  }
}

describe("A pause of a watch", () => {
  it("is reported when it has begun, and so is its end", () => {
    expect(doing([ended, toggle])).toEqual(["tell paused"]);
    expect(doing([ended, toggle, toggle])).toEqual(["tell resumed"]);
  });

  it("lets the current look begin nothing more, and is reported when that has ended", () => {
    expect(doing([toggle])).toEqual(["end the look soon: a pause"]);
    expect(doing([toggle, ended])).toEqual(["tell paused"]);
  });

  it("is not reported if it is cancelled before it has begun", () => {
    expect(doing([toggle, toggle])).toEqual(["tell resumed"]);
    expect(doing([toggle, toggle, ended])).toEqual([]);
  });

  it("is not reported again after a requested look", () => {
    expect(doing([ended, toggle, { kind: "asked" }])).toEqual(["look for asked"]);
    expect(doing([ended, toggle, { kind: "asked" }, ended])).toEqual([]);
  });
});

describe("A rest of a watch", () => {
  const rest: WatchStateEvent = { kind: "rest" };
  const goOn: WatchStateEvent = { kind: "go-on" };

  it("ends the current look at once, and is not reported", () => {
    expect(doing([rest])).toEqual(["end the look soon: a rest", "end the look now: a rest"]);
    expect(doing([rest, ended])).toEqual([]);
    expect(doing([rest, ended, rest])).toEqual([]);
  });

  it("ends with a look at the changes of that time", () => {
    expect(doing([ended, rest, edit, goOn])).toEqual(["look for edit"]);
  });

  it("does not end a pause, but the view causes no look until it is over", () => {
    const [paused] = after([ended, toggle]);
    const [resting] = after([ended, toggle, rest]);
    const [again] = after([ended, toggle, rest, goOn]);
    expect([paused, resting, again].map(({ loop }) => loop.kind)).toEqual(["paused", "paused", "paused"]);
    expect([paused, resting, again].map(isIdleView)).toEqual([true, false, true]);
  });
});

describe("The end of a watch", () => {
  const soon = "end the look soon: the end of the watch";

  it("is immediate if nothing is running", () => {
    expect(doing([ended, stop])).toEqual(["leave"]);
  });

  it("waits for the current look, for a while, and the second time not at all", () => {
    expect(doing([stop])).toEqual([soon, "end the look now-later: the end of the watch"]);
    expect(doing([stop, stop])).toEqual([soon, "end the look now: the end of the watch"]);
    expect(doing([stop, ended])).toEqual(["leave"]);
  });

  it("does not wait for a look that a pause has already ended", () => {
    expect(doing([toggle, stop])).toEqual([soon, "end the look now: the end of the watch"]);
  });

  it("has a reason if the watch may not follow the fleet", () => {
    const why = [problem("somebody else watches it", "locked")];
    const [state, effects] = after([{ kind: "refused", why }, ended]);
    expect([state.whyLeft, effects]).toEqual([why, ["leave"]]);
  });
});

describe("A watch before its right to follow the fleet", () => {
  const refused = (...why: readonly Diagnostic[]): WatchStateEvent => ({ kind: "refused", why });

  it("reports each reason once, except that another process watches it", () => {
    const full = refused(problem("the disk is full"));
    expect(doing([full], true)).toEqual(["tell the disk is full"]);
    expect(doing([full, full], true)).toEqual([]);
    expect(doing([refused(problem("somebody else watches it", "locked"))], true)).toEqual([]);
    expect(doing([full, refused(problem("x", "locked")), full], true)).toEqual(["tell the disk is full"]);
  });
});

describe("A look", () => {
  it("is reported once if it ends in a bug, as long as it is the same bug", () => {
    const failed: WatchStateEvent = { ...ended, bug: problem("bug") };
    expect(doing([failed])).toEqual(["tell bug"]);
    expect(doing([failed, { kind: "asked" }, failed])).toEqual([]);
    expect(doing([failed, { kind: "asked" }, ended, { kind: "asked" }, failed])).toEqual(["tell bug"]);
  });

  it("is prepared while the loop waits for the end of an edit", () => {
    expect(doing([ended, edit])).toEqual(["prepare"]);
    expect(doing([ended, edit, edit])).toEqual([]);
    expect(doing([ended, { kind: "changed", cause: "drift" }])).toEqual([]);
  });

  it("is stuck if it has worked for too long, but not while it waits for a slow event", () => {
    const [busy] = after([]);
    const [slow] = after([{ kind: "slow" }]);
    expect([busy, slow].map((state) => isStuck(state, 1_001, 1_000))).toEqual([true, false]);
    expect(isStuck(busy, 1_000, 1_000)).toBe(false);
  });
});

describe("A look that ends early", () => {
  const early = (...openCauses: readonly LookCause[]): WatchStateEvent => ({
    kind: "ended",
    nextInMs: 60,
    openCauses,
    bug: undefined,
  });
  const asked: WatchStateEvent = { kind: "asked" };
  const due: WatchStateEvent = { kind: "woken" };

  /** Returns the effects of the last event. Each event comes 100 ms after the one before. */
  function doingSlowly(...events: readonly WatchStateEvent[]): readonly string[] {
    let { state, effects } = beginWatch(0);
    for (const [index, event] of events.entries()) {
      const nowMs = (index + 1) * 100;
      ({ state, effects } = stepWatch(state, event, nowMs, { debounceMs: 50, isPersistent: false }));
    }
    return effects.map(inWords);
  }

  it("leaves its causes to the next look, which may come for another reason", () => {
    expect(doingSlowly(early("start"), due)).toEqual(["look for start"]);
    expect(doingSlowly(ended, asked, early("asked"), due)).toEqual(["look for asked"]);
    expect(doingSlowly(ended, asked, early("asked"), edit, due)).toEqual(["look for asked,edit"]);
    expect(doingSlowly(ended, asked, early("asked"), asked)).toEqual(["look for asked"]);
  });

  it("leaves them together with the news that came while it ran", () => {
    expect(doingSlowly(ended, edit, due, asked, early("edit"))).toEqual(["look for edit,asked"]);
  });

  it("leaves them beyond a pause", () => {
    expect(doingSlowly(ended, edit, due, toggle, early("edit"), toggle, due)).toEqual(["look for edit"]);
  });

  it("does not hurry the next look, although somebody asked for it", () => {
    expect(doingSlowly(ended, asked, early("asked"))).toEqual([]);
    expect(doing([ended, asked, early("asked"), edit])).toEqual(["prepare"]);
  });

  it("leaves nothing once a look has finished", () => {
    expect(
      doingSlowly(ended, asked, early("asked"), due, ended, { kind: "changed", cause: "drift" }, due),
    ).toEqual(["look for drift"]);
  });
});

describe("For any events of a watch,", () => {
  const happening: fc.Arbitrary<WatchStateEvent> = fc.oneof(
    fc.constantFrom<WatchStateEvent>(edit, ended, ended, toggle, { kind: "asked" }, { kind: "slow" }),
    fc.constantFrom<WatchStateEvent>({ kind: "rest" }, { kind: "go-on" }, { kind: "woken" }),
  );

  it("at most one look is running, pauses are reported once, and a stop causes one end", () => {
    fc.assert(
      fc.property(fc.array(happening, { maxLength: 30 }), (happenings) => {
        let { state, effects } = beginWatch(0);
        let looks = effects.length;
        let [paused, resumed, left] = [0, 0, 0];
        const take = (event: WatchStateEvent, nowMs: number): void => {
          if (event.kind === "ended") looks -= 1;
          ({ state, effects } = stepWatch(state, event, nowMs, {
            debounceMs: 100,
            isPersistent: false,
          }));
          const told = effects.flatMap((each) => (each.kind === "tell" ? [each.event.kind] : []));
          looks += effects.filter(({ kind }) => kind === "look").length;
          left += effects.filter(({ kind }) => kind === "leave").length;
          paused += told.filter((kind) => kind === "paused").length;
          resumed += told.filter((kind) => kind === "resumed").length;
          expect(looks === 0 || looks === 1).toBe(true);
          // A pause that is taken back before it has begun is reported by its end alone.
          expect(paused).toBeLessThanOrEqual(resumed + 1);
        };
        happenings.forEach((event, index) => {
          if ((event.kind !== "ended" && event.kind !== "slow") || looks === 1) take(event, index * 60);
        });
        expect(left).toBe(0);
        take(stop, 10_000);
        if (looks === 1) take(ended, 10_001);
        expect([looks, left, state.loop.kind]).toEqual([0, 1, "left"]);
      }),
      { numRuns: Number(process.env["LAW_RUNS"] ?? 500) },
    );
  });
});
