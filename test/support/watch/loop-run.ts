import {
  beginLoop,
  stepLoop,
  wakeAt,
  type LoopEffect,
  type LoopEvent,
  type LoopState,
  type LoopStep,
} from "../../../src/watch/loop/loop.ts";

/** The settings of the loop of a run. */
export const settings = { debounceMs: 100 };

/** An event in a run, and its effects. A look is under way from its effect until the event that ends it. */
export interface Entry {
  readonly atMs: number;
  /** Undefined for the beginning. */
  readonly event: LoopEvent | undefined;
  readonly before: LoopState | undefined;
  readonly state: LoopState;
  readonly effects: readonly LoopEffect[];
  /** The number of looks under way after it. */
  readonly looks: number;
}

/** A loop on a clock that only moves by hand. */
export interface Run {
  /** Everything so far. */
  readonly entries: readonly Entry[];
  readonly state: LoopState;
  readonly nowMs: number;
  /** Lets time pass, and wakes the loop whenever it wants to be woken. */
  pass(ms: number): void;
  /** Something happens now. */
  happen(event: LoopEvent): void;
}

/** More wake-ups in one stretch of time than any loop can need. */
const tooMany = 1_000;

/** Returns a loop that begins at 0 ms. */
export function startRun(): Run {
  let nowMs = 0;
  let looks = 0;
  const entries: Entry[] = [];
  let state = note(undefined, undefined, beginLoop());

  function note(event: LoopEvent | undefined, before: LoopState | undefined, next: LoopStep): LoopState {
    if (event?.kind === "ended") looks -= 1;
    looks += next.effects.filter(({ kind }) => kind === "look").length;
    entries.push({ atMs: nowMs, event, before, looks, ...next });
    return next.state;
  }

  const happen = (event: LoopEvent): void => {
    state = note(event, state, stepLoop(state, event, nowMs, settings));
  };
  return {
    entries,
    get state() {
      return state;
    },
    get nowMs() {
      return nowMs;
    },
    happen,
    pass(ms) {
      const endMs = nowMs + ms;
      for (let wakes = 0; ; wakes++) {
        const atMs = wakeAt(state, settings);
        if (atMs === undefined || atMs > endMs) break;
        if (wakes > tooMany) throw new Error(`it wants to be woken again and again at ${atMs} ms`);
        nowMs = Math.max(nowMs, atMs);
        happen({ kind: "woken" });
      }
      nowMs = endMs;
    },
  };
}

/** Returns the effects of a run, as `MS look CAUSE,CAUSE`, `MS cut-short` and `MS leave`. */
export function effectsIn({ entries }: Run): readonly string[] {
  return entries.flatMap(({ atMs, effects }) =>
    effects.map(
      (effect) => `${atMs} ${effect.kind}${effect.kind === "look" ? ` ${effect.causes.join(",")}` : ""}`,
    ),
  );
}
