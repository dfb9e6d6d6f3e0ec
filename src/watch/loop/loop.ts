import type { LookCause } from "../../events/watch-events.ts";
/**
 * The watch as a state machine, without a clock or a machine of its own.
 *
 *              something changed                      quiet for `debounceMs`
 *   waiting ────────────────────► settling ◄──┐ ───────────────────────────► looking ──┐ ended
 *    │  ▲  ▲                        │   └─────┘ changed again                 │   ▲     │
 *    │  │  └────────────────────────┼───────────── ended, nothing came ◄─────┼───┼─────┘
 *    │  │                           │            ended, something came ──► settling
 *    │  └──── due, or asked ────────┼──────────────────────────────────────► looking
 *    └─────── pause ──► paused ◄────┘     (asked, or not paused any more) ──► looking
 *
 *   stop: waiting, settling, paused ──► left;   looking ──► leaving ── ended ──► left
 *
 * It is level-triggered: a change says only that it is time to look, and each look takes in everything. Any number of
 * changes during a look leads to one more look.
 */
export type LoopState =
  | { readonly kind: "waiting"; readonly dueMs: number }
  | { readonly kind: "settling"; readonly news: News }
  | {
      readonly kind: "looking";
      /** The changes since the look began. */
      readonly news: News | undefined;
      /** `slow` if the look only waits for slow units, `cut` once this wait was ended. */
      readonly stage: "busy" | "slow" | "cut";
      readonly thenPause: boolean;
    }
  | { readonly kind: "paused"; readonly causes: readonly LookCause[] }
  | { readonly kind: "leaving" }
  | { readonly kind: "left" };

/** Changes, and the times to wait for their end by. Times are of the same monotonic clock as the events', ms. */
interface News {
  readonly causes: readonly LookCause[];
  readonly firstMs: number;
  readonly lastMs: number;
}

export type LoopEvent =
  | { readonly kind: "changed"; readonly cause: "edit" | "drift" }
  /** Somebody wants a look now. */
  | { readonly kind: "asked" }
  /** The time from `wakeAt` has come. */
  | { readonly kind: "woken" }
  | { readonly kind: "slow" }
  | { readonly kind: "ended"; readonly nextInMs: number }
  | { readonly kind: "pause-toggled" }
  | { readonly kind: "stop" };

export type LoopEffect =
  | { readonly kind: "look"; readonly causes: readonly LookCause[] }
  /** End the look, which only waits: something else is to be done. */
  | { readonly kind: "cut-short" }
  | { readonly kind: "leave" };

export interface LoopSettings {
  /** The time without changes before it looks, ms. */
  readonly debounceMs: number;
}

export interface LoopStep {
  readonly state: LoopState;
  readonly effects: readonly LoopEffect[];
}

/** The longest wait for changes to end, as a multiple of the debounce. Then the watch looks anyway. */
const mostDebounces = 10;

/** Returns the first state of a watch: it looks at once. */
export function beginLoop(): LoopStep {
  return beginLook(["start"]);
}

/** Returns the result of an event. `nowMs` is the time of the event. */
export function stepLoop(
  state: LoopState,
  event: LoopEvent,
  nowMs: number,
  settings: LoopSettings,
): LoopStep {
  switch (event.kind) {
    case "changed":
      return changed(state, event.cause, nowMs, settings);
    case "asked":
      return asked(state, nowMs, settings);
    case "woken":
      return woken(state, nowMs, settings);
    case "slow":
      return state.kind === "looking" && state.stage === "busy"
        ? cutIfDue({ ...state, stage: "slow" }, nowMs, settings)
        : stay(state);
    case "ended":
      return endedLook(state, event.nextInMs, nowMs, settings);
    case "pause-toggled":
      return afterPauseKey(state, nowMs);
    case "stop":
      return stopLoop(state);
  }
}

/** Returns when the state wants to be woken, by the events' clock; undefined for never. */
export function wakeAt(state: LoopState, settings: LoopSettings): number | undefined {
  switch (state.kind) {
    case "waiting":
      return state.dueMs;
    case "settling":
      return settledAt(state.news, settings);
    case "looking":
      return state.stage === "slow" && state.news ? settledAt(state.news, settings) : undefined;
    case "paused":
    case "leaving":
    case "left":
      return undefined;
  }
}

function settledAt({ causes, firstMs, lastMs }: News, { debounceMs }: LoopSettings): number {
  if (causes.includes("asked")) return firstMs;
  return Math.min(lastMs + debounceMs, firstMs + mostDebounces * debounceMs);
}

function changed(state: LoopState, cause: LookCause, nowMs: number, settings: LoopSettings): LoopStep {
  switch (state.kind) {
    case "waiting":
      return stay({ kind: "settling", news: news(undefined, cause, nowMs) });
    case "settling":
      return stay({ kind: "settling", news: news(state.news, cause, nowMs) });
    case "looking":
      return cutIfDue({ ...state, news: news(state.news, cause, nowMs) }, nowMs, settings);
    case "paused":
      return stay({ kind: "paused", causes: union(state.causes, cause) });
    case "leaving":
    case "left":
      return stay(state);
  }
}

/** Looks without waiting for the debounce, because a person asked. */
function asked(state: LoopState, nowMs: number, settings: LoopSettings): LoopStep {
  switch (state.kind) {
    case "waiting":
      return beginLook(["asked"]);
    case "settling":
      return beginLook(union(state.news.causes, "asked"));
    case "paused":
      return beginLook(union(state.causes, "asked"), true);
    case "looking":
      return cutIfDue({ ...state, news: news(state.news, "asked", nowMs) }, nowMs, settings);
    case "leaving":
    case "left":
      return stay(state);
  }
}

function woken(state: LoopState, nowMs: number, settings: LoopSettings): LoopStep {
  switch (state.kind) {
    case "waiting":
      return nowMs >= state.dueMs ? beginLook(["due"]) : stay(state);
    case "settling":
      return nowMs >= settledAt(state.news, settings) ? beginLook(state.news.causes) : stay(state);
    case "looking":
      return cutIfDue(state, nowMs, settings);
    case "paused":
    case "leaving":
    case "left":
      return stay(state);
  }
}

function cutIfDue(
  state: Extract<LoopState, { kind: "looking" }>,
  nowMs: number,
  settings: LoopSettings,
): LoopStep {
  const isDue =
    state.stage === "slow" && state.news !== undefined && nowMs >= settledAt(state.news, settings);
  // Only once: from then on the look is about to end.
  return isDue ? { state: { ...state, stage: "cut" }, effects: [{ kind: "cut-short" }] } : stay(state);
}

function endedLook(state: LoopState, nextInMs: number, nowMs: number, settings: LoopSettings): LoopStep {
  if (state.kind === "leaving") return { state: { kind: "left" }, effects: [{ kind: "leave" }] };
  if (state.kind !== "looking") return stay(state);
  if (state.thenPause) {
    const causes = state.news?.causes ?? [];
    return causes.includes("asked") ? beginLook(causes, true) : stay({ kind: "paused", causes });
  }
  if (state.news === undefined) return stay({ kind: "waiting", dueMs: nowMs + nextInMs });
  return nowMs >= settledAt(state.news, settings)
    ? beginLook(state.news.causes)
    : stay({ kind: "settling", news: state.news });
}

function afterPauseKey(state: LoopState, nowMs: number): LoopStep {
  switch (state.kind) {
    case "waiting":
      return stay({ kind: "paused", causes: [] });
    case "settling":
      return stay({ kind: "paused", causes: state.news.causes });
    case "looking":
      return stay({ ...state, thenPause: !state.thenPause });
    case "paused":
      return state.causes.length > 0 ? beginLook(state.causes) : stay({ kind: "waiting", dueMs: nowMs });
    case "leaving":
    case "left":
      return stay(state);
  }
}

function stopLoop(state: LoopState): LoopStep {
  switch (state.kind) {
    case "looking":
      return stay({ kind: "leaving" });
    case "waiting":
    case "settling":
    case "paused":
      return { state: { kind: "left" }, effects: [{ kind: "leave" }] };
    case "leaving":
    case "left":
      return stay(state);
  }
}

function beginLook(causes: readonly LookCause[], thenPause = false): LoopStep {
  return {
    state: { kind: "looking", news: undefined, stage: "busy", thenPause },
    effects: [{ kind: "look", causes }],
  };
}

function stay(state: LoopState): LoopStep {
  return { state, effects: [] };
}

function news(known: News | undefined, cause: LookCause, nowMs: number): News {
  return {
    causes: union(known?.causes ?? [], cause),
    firstMs: known?.firstMs ?? nowMs,
    lastMs: nowMs,
  };
}

function union(causes: readonly LookCause[], cause: LookCause): readonly LookCause[] {
  return causes.includes(cause) ? causes : [...causes, cause];
}
