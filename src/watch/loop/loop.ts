import type { Cause } from "../../events/watch-events.ts";
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
 * It is level-triggered: a change says only that it is time to look, and each look takes in everything. What comes
 * while it looks leads to one more look, however much that was.
 */
export type LoopState =
  | { readonly kind: "waiting"; readonly dueMs: number }
  | { readonly kind: "settling"; readonly news: News }
  | {
      readonly kind: "looking";
      /** What came since it began. */
      readonly news: News | undefined;
      /** `slow` where nothing is left to be done in it but to wait for units that take long, `cut` once that was ended. */
      readonly stage: "busy" | "slow" | "cut";
      readonly thenPause: boolean;
    }
  | { readonly kind: "paused"; readonly causes: readonly Cause[] }
  | { readonly kind: "leaving" }
  | { readonly kind: "left" };

/** Changes that are waited for to come to an end. Times are of the same monotonic clock as the events', ms. */
interface News {
  readonly causes: readonly Cause[];
  readonly firstMs: number;
  readonly lastMs: number;
}

export type LoopEvent =
  | { readonly kind: "changed"; readonly cause: "edit" | "drift" }
  /** Somebody wants a look now. */
  | { readonly kind: "asked" }
  /** The time that `wakeAt` gave has come. */
  | { readonly kind: "woken" }
  | { readonly kind: "slow" }
  | { readonly kind: "ended"; readonly nextInMs: number }
  | { readonly kind: "pause-toggled" }
  | { readonly kind: "stop" };

export type LoopEffect =
  | { readonly kind: "look"; readonly causes: readonly Cause[] }
  /** End the look that only waits: something else is to be done. */
  | { readonly kind: "cut-short" }
  | { readonly kind: "leave" };

export interface LoopSettings {
  /** How long nothing may change before it looks, ms. */
  readonly debounceMs: number;
}

export interface Step {
  readonly state: LoopState;
  readonly effects: readonly LoopEffect[];
}

/** Where changes never end, it looks all the same: after so many times the debounce. */
const patience = 10;

/** The state with which a watch begins: it looks at once. */
export function begin(): Step {
  return look(["start"]);
}

/** What an event leads to. `nowMs` is when it came. */
export function step(state: LoopState, event: LoopEvent, nowMs: number, settings: LoopSettings): Step {
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
      return ended(state, event.nextInMs, nowMs, settings);
    case "pause-toggled":
      return pauseToggled(state, nowMs);
    case "stop":
      return stop(state);
  }
}

/** When the state wants to be woken, by the events' clock; undefined for never. */
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
  return Math.min(lastMs + debounceMs, firstMs + patience * debounceMs);
}

function changed(state: LoopState, cause: Cause, nowMs: number, settings: LoopSettings): Step {
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

/** Whoever asks wants it now: nothing more is waited for. */
function asked(state: LoopState, nowMs: number, settings: LoopSettings): Step {
  switch (state.kind) {
    case "waiting":
      return look(["asked"]);
    case "settling":
      return look(union(state.news.causes, "asked"));
    case "paused":
      return look(union(state.causes, "asked"), true);
    case "looking":
      return cutIfDue({ ...state, news: news(state.news, "asked", nowMs) }, nowMs, settings);
    case "leaving":
    case "left":
      return stay(state);
  }
}

function woken(state: LoopState, nowMs: number, settings: LoopSettings): Step {
  switch (state.kind) {
    case "waiting":
      return nowMs >= state.dueMs ? look(["due"]) : stay(state);
    case "settling":
      return nowMs >= settledAt(state.news, settings) ? look(state.news.causes) : stay(state);
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
): Step {
  const isDue =
    state.stage === "slow" && state.news !== undefined && nowMs >= settledAt(state.news, settings);
  // Once: from then on it is on its way to its end.
  return isDue ? { state: { ...state, stage: "cut" }, effects: [{ kind: "cut-short" }] } : stay(state);
}

function ended(state: LoopState, nextInMs: number, nowMs: number, settings: LoopSettings): Step {
  if (state.kind === "leaving") return { state: { kind: "left" }, effects: [{ kind: "leave" }] };
  if (state.kind !== "looking") return stay(state);
  if (state.thenPause) {
    const causes = state.news?.causes ?? [];
    return causes.includes("asked") ? look(causes, true) : stay({ kind: "paused", causes });
  }
  if (state.news === undefined) return stay({ kind: "waiting", dueMs: nowMs + nextInMs });
  return nowMs >= settledAt(state.news, settings)
    ? look(state.news.causes)
    : stay({ kind: "settling", news: state.news });
}

function pauseToggled(state: LoopState, nowMs: number): Step {
  switch (state.kind) {
    case "waiting":
      return stay({ kind: "paused", causes: [] });
    case "settling":
      return stay({ kind: "paused", causes: state.news.causes });
    case "looking":
      return stay({ ...state, thenPause: !state.thenPause });
    case "paused":
      return state.causes.length > 0 ? look(state.causes) : stay({ kind: "waiting", dueMs: nowMs });
    case "leaving":
    case "left":
      return stay(state);
  }
}

function stop(state: LoopState): Step {
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

function look(causes: readonly Cause[], thenPause = false): Step {
  return {
    state: { kind: "looking", news: undefined, stage: "busy", thenPause },
    effects: [{ kind: "look", causes }],
  };
}

function stay(state: LoopState): Step {
  return { state, effects: [] };
}

function news(known: News | undefined, cause: Cause, nowMs: number): News {
  return {
    causes: union(known?.causes ?? [], cause),
    firstMs: known?.firstMs ?? nowMs,
    lastMs: nowMs,
  };
}

function union(causes: readonly Cause[], cause: Cause): readonly Cause[] {
  return causes.includes(cause) ? causes : [...causes, cause];
}
