import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { LookCause } from "../../../src/events/watch-events.ts";
import { wakeAt, type LoopEvent } from "../../../src/watch/loop/loop.ts";
import { settings, startRun, type Entry, type Run } from "../../support/watch/loop-run.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 500) };
const { debounceMs } = settings;

type Kind = LoopEvent["kind"];

/** An event some time after the one before. The end of a look is left out if no look is under way. */
interface Happening {
  readonly afterMs: number;
  readonly event: LoopEvent;
}

const nextInMs = fc.constantFrom(0, 1, 50, 100, 250, 1_000, 60_000);

const eventOf: Readonly<Record<Kind, fc.Arbitrary<LoopEvent>>> = {
  changed: fc.constantFrom("edit", "drift").map((cause) => ({ kind: "changed", cause })),
  asked: fc.constant({ kind: "asked" }),
  woken: fc.constant({ kind: "woken" }),
  slow: fc.constant({ kind: "slow" }),
  ended: nextInMs.map((ms) => ({ kind: "ended", nextInMs: ms })),
  "pause-toggled": fc.constant({ kind: "pause-toggled" }),
  stop: fc.constant({ kind: "stop" }),
};

const endless: readonly Kind[] = ["changed", "changed", "asked", "woken", "slow", "ended", "ended"];
const pausing: readonly Kind[] = [...endless, "pause-toggled"];

/** Returns random runs of events of some kinds, at times close to those that matter. */
function runsOf(kinds: readonly Kind[]): fc.Arbitrary<Run> {
  const afterMs = fc.oneof(fc.constantFrom(0, 1, 99, 100, 101, 999, 1_000), fc.nat({ max: 300 }));
  const happening = fc.record({ afterMs, event: fc.oneof(...kinds.map((kind) => eventOf[kind])) });
  return fc.array(happening, { maxLength: 40 }).map(runOf);
}

function runOf(happenings: readonly Happening[]): Run {
  const run = startRun();
  for (const { afterMs, event } of happenings) {
    run.pass(afterMs);
    const isLook = event.kind === "ended" || event.kind === "slow";
    if (!isLook || run.entries.at(-1)?.looks === 1) run.happen(event);
  }
  return run;
}

/** Ends looks until everything has been looked at. Nothing more comes. */
function comeToRest(run: Run): void {
  for (let looks = 0; looks < 5 && run.entries.at(-1)?.looks === 1; looks++) {
    run.pass(10);
    run.happen({ kind: "ended", nextInMs: 1_000_000 });
    run.pass(patienceMs);
  }
}

const patienceMs = 10 * debounceMs;

const isLook = ({ effects }: Entry): boolean => effects.some(({ kind }) => kind === "look");
const isPaused = ({ state }: Entry): boolean =>
  state.kind === "paused" || (state.kind === "looking" && state.thenPause);

/** Returns the cause that an event is for a later look. */
function causeOf({ event }: Entry): LookCause | undefined {
  return event?.kind === "changed" ? event.cause : event?.kind === "asked" ? "asked" : undefined;
}

/** Holds for every run of events of these kinds. */
function always(kinds: readonly Kind[], holds: (run: Run) => void): void {
  fc.assert(fc.property(runsOf(kinds), holds), runs);
}

describe("For any events at any time,", () => {
  it("there are never two looks at once", () => {
    always([...pausing, "stop"], ({ entries }) => {
      expect(entries.filter(({ looks }) => looks !== 0 && looks !== 1)).toEqual([]);
    });
  });

  it("a look follows, or is running, or is scheduled, unless the watch is paused or has left", () => {
    always([...pausing, "stop"], ({ entries }) => {
      for (const { state, looks } of entries) {
        const rests = state.kind === "paused" || state.kind === "left";
        expect(looks === 1 || wakeAt(state, settings) !== undefined).toBe(!rests);
      }
    });
  });

  it("every change is followed by a look that begins after it, at the latest after the current one", () => {
    always(endless, (run) => {
      run.pass(patienceMs);
      comeToRest(run);
      const { entries } = run;
      for (const [index, entry] of entries.entries()) {
        if (causeOf(entry) === undefined) continue;
        const rest = entries.slice(index + 1);
        const follower = isLook(entry) ? entry : rest.find(isLook);
        const isUnderWay = entry.looks === 1 && !isLook(entry);
        const end = isUnderWay ? rest.find(({ event }) => event?.kind === "ended") : entry;
        expect(follower?.atMs).toBeLessThanOrEqual(
          Math.max(end?.atMs ?? 0, entry.atMs + (entry.event?.kind === "asked" ? 0 : patienceMs)),
        );
      }
    });
  });

  it("each look covers all changes since the beginning of the previous one, and nothing else", () => {
    always([...pausing, "stop"], ({ entries }) => {
      let causes = new Set<LookCause>(["start"]);
      for (const entry of entries) {
        const cause = causeOf(entry);
        if (cause !== undefined) causes.add(cause);
        for (const effect of entry.effects) {
          if (effect.kind !== "look") continue;
          expect(effect.causes).toEqual(causes.size === 0 ? ["due"] : [...causes]);
          causes = new Set();
        }
      }
    });
  });

  it("nothing begins during a pause without a request, and a change is covered after it", () => {
    always(pausing, (run) => {
      const { entries } = run;
      const begun = entries.filter((entry, index) => {
        const before = entries[index - 1];
        return before !== undefined && isPaused(before) && isPaused(entry) && isLook(entry);
      });
      for (const { effects } of begun)
        expect(effects).toMatchObject([{ causes: expect.arrayContaining(["asked"]) as unknown }]);
      const last = entries.at(-1);
      if (last === undefined || !isPaused(last)) return;
      comeToRest(run);
      const lastChange = entries.findLastIndex((entry) => causeOf(entry) !== undefined);
      run.happen({ kind: "pause-toggled" });
      run.pass(0);
      expect(entries.findLastIndex(isLook)).toBeGreaterThan(lastChange);
    });
  });

  it("a stop causes one leave and nothing else", () => {
    always([...pausing, "stop"], (run) => {
      run.happen({ kind: "stop" });
      comeToRest(run);
      for (const kind of ["asked", "pause-toggled", "slow", "stop"] as const) run.happen({ kind });
      run.pass(1_000_000);
      const stopped = run.entries.findIndex(({ event }) => event?.kind === "stop");
      const kinds = run.entries.slice(stopped).flatMap(({ effects }) => effects.map(({ kind }) => kind));
      expect(kinds).toEqual(["leave"]);
      expect(run.entries.slice(0, stopped).flatMap(({ effects }) => effects)).not.toContainEqual({
        kind: "leave",
      });
    });
  });

  it("edits cause at most one look for each debounce", () => {
    always(endless, ({ entries }) => {
      const looks = entries.filter(isLook);
      for (const [index, { atMs, effects }] of looks.entries()) {
        const causes = effects.flatMap((effect) => (effect.kind === "look" ? effect.causes : []));
        const isOfEdits = causes.every((cause) => cause === "edit" || cause === "drift");
        if (isOfEdits) expect(atMs - (looks[index - 1]?.atMs ?? 0)).toBeGreaterThanOrEqual(debounceMs);
      }
    });
  });

  it("a look is cut short at most once, and only while it waits after a settled change", () => {
    always([...pausing, "stop"], ({ entries }) => {
      for (const [index, { atMs, effects }] of entries.entries()) {
        if (!effects.some(({ kind }) => kind === "cut-short")) continue;
        const since = entries.slice(entries.slice(0, index).findLastIndex(isLook) + 1, index + 1);
        const came = since.filter((entry) => causeOf(entry) !== undefined);
        expect(since.filter((entry) => entry.effects.some(({ kind }) => kind === "cut-short")).length).toBe(
          1,
        );
        expect(since.some(({ event }) => event?.kind === "slow")).toBe(true);
        const isAsked = came.some(({ event }) => event?.kind === "asked");
        const settledMs = Math.min(
          (came.at(-1)?.atMs ?? Infinity) + debounceMs,
          (came[0]?.atMs ?? Infinity) + patienceMs,
        );
        expect(isAsked || atMs >= settledMs).toBe(true);
      }
    });
  });
});
