import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SourceTrouble } from "../../src/events/source-events.ts";
import {
  beginPulling,
  delayAfterFailures,
  stepPull,
  type PassResult,
  type PullEffect,
  type PullEvent,
  type PullState,
} from "../../src/source/pull-state.ts";

const runs = { numRuns: Number(process.env["LAW_RUNS"] ?? 500) };
const settings = { intervalMs: 60_000, ref: "refs/heads/main" };

const revisions = ["a", "b", "c"].map((letter) => letter.repeat(40));
const revision = fc.constantFrom(...revisions);
const trouble: fc.Arbitrary<SourceTrouble> = fc.oneof(
  fc.constantFrom("x", "y").map((said) => ({ why: "unreachable" as const, said })),
  fc.constant({ why: "copy-unreadable" as const, said: "z" }),
  revision.map((each) => ({ why: "unsigned" as const, revision: each, commit: each, fingerprint: null })),
);
const facts = { signer: "ada", fingerprint: "k", author: "Ada", subject: "s" };

const result: fc.Arbitrary<PassResult> = fc.oneof(
  fc.record({
    kind: fc.constant("good" as const),
    revision: revision.map((each) => ({ revision: each, ...facts })),
    isPinned: fc.boolean(),
    isFirst: fc.boolean(),
    isNew: fc.boolean(),
    anchor: fc.option(revision, { nil: undefined }),
  }),
  trouble.map((each) => ({
    kind: "revision" in each ? ("refused" as const) : ("failed" as const),
    trouble: each,
  })),
);

const event: fc.Arbitrary<PullEvent> = fc.oneof(
  fc.constant<PullEvent>({ kind: "woken" }),
  fc.constant<PullEvent>({ kind: "asked" }),
  result.map((each): PullEvent => ({ kind: "ended", result: each, random: 0.5 })),
  result.map((each): PullEvent => ({ kind: "ended", result: each, random: 0.5 })),
  revision.map((each): PullEvent => ({ kind: "applied", revision: each })),
);

/** One step of a run, with the state before it. */
interface Step {
  readonly before: PullState;
  readonly event: PullEvent;
  readonly state: PullState;
  readonly effects: readonly PullEffect[];
  readonly nowMs: number;
}

/** Plays events at random times. A driver ends only a pass that it has begun. */
const played: fc.Arbitrary<readonly Step[]> = fc
  .array(fc.record({ event, afterMs: fc.constantFrom(0, 1, 900, 60_000, 1_000_000) }), { maxLength: 40 })
  .map((happenings) => {
    let state = beginPulling(undefined, settings, 0, 0.5);
    let nowMs = 0;
    return happenings.flatMap(({ event: next, afterMs }) => {
      nowMs += afterMs;
      if (next.kind === "ended" && !state.isPulling) return [];
      const before = state;
      const step = stepPull(before, next, nowMs, settings);
      ({ state } = step);
      return [{ before, event: next, ...step, nowMs }];
    });
  });

function holds(law: (step: Step, index: number, all: readonly Step[]) => void): void {
  fc.assert(
    fc.property(played, (steps) => steps.forEach(law)),
    runs,
  );
}

const kindsOf = ({ effects }: Step): readonly string[] => effects.map(({ kind }) => kind);
const told = ({ effects }: Step) => effects.flatMap((each) => (each.kind === "tell" ? [each.event] : []));

describe("A source", () => {
  it("has one pass at a time, and none is lost", () => {
    holds((step) => {
      const begun = kindsOf(step).filter((kind) => kind === "pull").length;
      const isFree = !step.before.isPulling || step.event.kind === "ended";
      expect(begun).toBeLessThanOrEqual(isFree ? 1 : 0);
      expect(step.state.isPulling).toBe(
        begun === 1 || (step.before.isPulling && step.event.kind !== "ended"),
      );
      expect(step.state.nextAtMs === undefined).toBe(step.state.isPulling);
    });
  });

  it("looks again after a pass during which somebody asked", () => {
    holds((step) => {
      if (step.event.kind === "asked" && step.before.isPulling) expect(step.state.isAsked).toBe(true);
      if (step.event.kind === "ended" && step.before.isAsked) expect(kindsOf(step)).toContain("pull");
    });
  });

  it("keeps an anchor only for the revision that is in place, and never for a pinned one", () => {
    holds(({ before, event: given, effects }) => {
      for (const effect of effects) {
        if (effect.kind !== "keep-anchor") continue;
        expect(given.kind).toBe("applied");
        expect(before.placed).toEqual({ revision: effect.revision, isPinned: false });
        expect(before.anchor).not.toBe(effect.revision);
      }
    });
  });

  it("changes the revision in place only after a good pass", () => {
    holds(({ before, event: given, state }) => {
      const isGood = given.kind === "ended" && given.result.kind === "good";
      if (!isGood) expect(state.placed).toEqual(before.placed);
    });
  });

  it("tells a trouble once until it is another one or over, and its end once", () => {
    holds((_, index, all) => {
      if (index !== all.length - 1) return;
      const news = all.flatMap(told).filter(({ kind }) => kind !== "source-placed");
      const keys = news.map((each) =>
        each.kind === "source-refused" && each.trouble.why === "unreachable"
          ? "unreachable"
          : JSON.stringify(each),
      );
      for (const [at, key] of keys.entries()) expect(key).not.toBe(keys[at - 1]);
      expect(news[0]?.kind).not.toBe("source-works");
    });
  });

  it("replaces a copy that cannot be read, and one whose fetches have failed twice", () => {
    holds(({ before, effects }) => {
      for (const effect of effects) {
        if (effect.kind !== "pull" || before.isPulling) continue;
        const { failures, isBroken } = before;
        expect(effect.isFresh).toBe(isBroken || (failures > 0 && failures % 2 === 0));
      }
    });
  });

  it("waits longer after each failure, at most 15 minutes, give or take a tenth", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 50].map(
      (failures) => delayAfterFailures(failures, 60_000, 0.5) / 60_000,
    );
    expect(waits).toEqual([1, 1, 2, 4, 8, 15, 15, 15]);
    expect(delayAfterFailures(3, 3_600_000, 0.5)).toBe(3_600_000);
    fc.assert(
      fc.property(fc.nat({ max: 60 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const base = delayAfterFailures(failures, 60_000, 0.5);
        expect(Math.abs(delayAfterFailures(failures, 60_000, random) - base)).toBeLessThanOrEqual(
          base * 0.1 + 1,
        );
      }),
      runs,
    );
  });

  it("begins at a random moment of its interval with a revision in place, and at once without one", () => {
    expect(beginPulling(undefined, settings, 5, 0.5).nextAtMs).toBe(5);
    const placed = { revision: "a".repeat(40), isPinned: false };
    expect(beginPulling(placed, settings, 5, 0.5).nextAtMs).toBe(30_005);
  });
});
