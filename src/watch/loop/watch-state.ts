import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { LookCause, WatchEvent } from "../../events/watch-events.ts";
import {
  beginLoop,
  stepLoop,
  type LoopEffect,
  type LoopEvent,
  type LoopSettings,
  type LoopState,
} from "./loop.ts";

/**
 * A watch with the people around it, as a value: the loop, and what their pauses, rests and requests to end have led to.
 * Like the loop, it has neither a clock nor a machine of its own.
 */
export interface WatchState {
  readonly loop: LoopState;
  /** The time of the start of the last look, ms of the events' clock. */
  readonly lookedMs: number;
  /** The causes of a look that ended early: the next look has them too, whenever it comes and for whatever reason. */
  readonly openCauses: readonly LookCause[];
  /** True if the look under way was asked to begin nothing more. */
  readonly isEnding: boolean;
  /** True while the watch rests, as before its process is stopped. `paused` if the rest has paused it. */
  readonly rest: "none" | "resting" | "paused";
  /** True if somebody asked for a pause and its start is not reported yet. */
  readonly isPauseNews: boolean;
  /** The summary of the last reason why another watch or the machine kept this one from following; or empty. */
  readonly refusal: string;
  /** The summary of the bug at the end of the last look; or empty. */
  readonly bug: string;
  /** The reason if the watch leaves without having been asked to. */
  readonly whyLeft: readonly Diagnostic[];
}

/** An event of a watch. */
export type WatchStateEvent =
  | Exclude<LoopEvent, { kind: "ended" | "pause-toggled" }>
  /** A look has ended, in a bug if there is one. `openCauses` are its causes if it ended early. */
  | {
      readonly kind: "ended";
      readonly nextInMs: number;
      readonly openCauses: readonly LookCause[];
      readonly bug: Diagnostic | undefined;
    }
  | { readonly kind: "pause-toggled" }
  | { readonly kind: "rest" }
  | { readonly kind: "go-on" }
  /** The watch may not follow the fleet. */
  | { readonly kind: "refused"; readonly why: readonly Diagnostic[] };

/** A task for a watch. */
export type WatchStateEffect =
  | Exclude<LoopEffect, { kind: "cut-short" }>
  | { readonly kind: "tell"; readonly event: WatchEvent }
  /** Parse the file while the loop waits for the end of the changes. */
  | { readonly kind: "prepare" }
  /** End the look under way: begin nothing more (`soon`), or wait for nothing either (`now`), at once or by and by. */
  | { readonly kind: "end-look"; readonly how: "soon" | "now" | "now-later"; readonly why: string };

/** The settings of a watch. */
export interface WatchStateSettings extends LoopSettings {
  /** True if the watch waits until it may follow the fleet; otherwise it ends. */
  readonly isPersistent: boolean;
}

/** A watch after an event, and its next tasks. */
export interface WatchStateStep {
  readonly state: WatchState;
  readonly effects: readonly WatchStateEffect[];
}

/** Returns the first state of a watch: it looks at once. */
export function beginWatch(nowMs: number): WatchStateStep {
  const { state: loop, effects } = beginLoop();
  const state: WatchState = {
    loop,
    lookedMs: nowMs,
    openCauses: [],
    isEnding: false,
    rest: "none",
    isPauseNews: false,
    refusal: "",
    bug: "",
    whyLeft: [],
  };
  return { state, effects: effects.flatMap((effect) => asWatchStateEffects(effect, [])) };
}

/** Returns the result of an event. `nowMs` is the time of the event. */
export function stepWatch(
  state: WatchState,
  event: WatchStateEvent,
  nowMs: number,
  settings: WatchStateSettings,
): WatchStateStep {
  const { state: next, effects } = handleEvent(state, event, nowMs, settings);
  if (!next.isPauseNews || next.loop.kind !== "paused") return { state: next, effects };
  return {
    state: { ...next, isPauseNews: false },
    effects: [...effects, { kind: "tell", event: { kind: "paused" } }],
  };
}

/** Returns true if the watch is paused, or will be when its look has ended. */
function isPaused({ loop }: WatchState): boolean {
  return loop.kind === "paused" || (loop.kind === "looking" && loop.thenPause);
}

/** Returns true while a view has to be kept true by glances, because nothing else looks at the machine. */
export function isIdleView({ loop, rest }: WatchState): boolean {
  return loop.kind === "paused" && rest === "none";
}

/** Returns true if a look has worked for longer than `limitMs`. Units may take as long to stop as fleet.yaml lets them. */
export function isStuck({ loop, lookedMs }: WatchState, nowMs: number, limitMs: number): boolean {
  return loop.kind === "looking" && loop.stage === "busy" && nowMs - lookedMs > limitMs;
}

function handleEvent(
  state: WatchState,
  event: WatchStateEvent,
  nowMs: number,
  settings: WatchStateSettings,
): WatchStateStep {
  const advance = (from: WatchState, loopEvent: LoopEvent): WatchStateStep =>
    advanceLoop(from, loopEvent, nowMs, settings);
  switch (event.kind) {
    case "changed": {
      const isPreparable = event.cause === "edit" && state.loop.kind === "waiting";
      return withEffects(advance(state, event), isPreparable ? [{ kind: "prepare" }] : []);
    }
    case "asked":
    case "woken":
    case "slow":
      return advance(state, event);
    case "ended":
      return lookEnded(state, event, advance);
    case "pause-toggled":
      return pauseToggled(state, advance);
    case "rest":
      return beginRest(state, advance);
    case "go-on": {
      const awake: WatchState = { ...state, rest: "none" };
      return state.rest === "paused"
        ? advance(awake, { kind: "pause-toggled" })
        : { state: awake, effects: [] };
    }
    case "stop":
      return stopWatch(state, advance);
    case "refused":
      return refusedStart(state, event.why, settings, advance);
  }
}

type Advance = (from: WatchState, event: LoopEvent) => WatchStateStep;

function advanceLoop(
  state: WatchState,
  event: LoopEvent,
  nowMs: number,
  settings: WatchStateSettings,
): WatchStateStep {
  const { state: loop, effects } = stepLoop(state.loop, event, nowMs, settings);
  const isNewLook = effects.some(({ kind }) => kind === "look");
  const isCut = effects.some(({ kind }) => kind === "cut-short");
  return {
    state: {
      ...state,
      loop,
      lookedMs: isNewLook ? nowMs : state.lookedMs,
      openCauses: isNewLook ? [] : state.openCauses,
      isEnding: !isNewLook && (state.isEnding || isCut),
    },
    effects: effects.flatMap((effect) => asWatchStateEffects(effect, state.openCauses)),
  };
}

function asWatchStateEffects(
  effect: LoopEffect,
  openCauses: readonly LookCause[],
): readonly WatchStateEffect[] {
  switch (effect.kind) {
    case "look":
      return [{ kind: "look", causes: allCauses(openCauses, effect.causes) }];
    case "cut-short":
      return endLook("another change", "soon", "now");
    case "leave":
      return [effect];
  }
}

/** Returns both causes, each once. The passing of time is no cause of its own next to others. */
function allCauses(openCauses: readonly LookCause[], causes: readonly LookCause[]): readonly LookCause[] {
  const all = [...new Set([...openCauses, ...causes])];
  const others = all.filter((cause) => cause !== "due");
  return others.length > 0 ? others : all;
}

function endLook(
  why: string,
  ...hows: readonly ("soon" | "now" | "now-later")[]
): readonly WatchStateEffect[] {
  return hows.map((how) => ({ kind: "end-look", how, why }));
}

function isLooking({ loop }: WatchState): boolean {
  return loop.kind === "looking" || loop.kind === "leaving";
}

/** Reports a bug once, as long as it stays the same: the agents are better off with a watch that goes on. */
function lookEnded(
  state: WatchState,
  { nextInMs, openCauses, bug }: Extract<WatchStateEvent, { kind: "ended" }>,
  advance: Advance,
): WatchStateStep {
  const isNew = bug !== undefined && bug.summary !== state.bug;
  const told = isNew ? problemEffects([bug]) : [];
  const next = advance({ ...state, openCauses, bug: bug?.summary ?? "" }, { kind: "ended", nextInMs });
  return { ...next, effects: [...told, ...next.effects] };
}

/** Pauses or resumes. A pause begins nothing more. */
function pauseToggled(before: WatchState, advance: Advance): WatchStateStep {
  const next = advance(before, { kind: "pause-toggled" });
  const isPauseNews = isPaused(next.state) && !isPaused(before);
  const hasResumed = isPaused(before) && !isPaused(next.state);
  const state = { ...next.state, isPauseNews };
  if (hasResumed) return withEffects({ ...next, state }, [{ kind: "tell", event: { kind: "resumed" } }]);
  return isPauseNews && isLooking(state)
    ? withEffects({ ...next, state: { ...state, isEnding: true } }, endLook("a pause", "soon"))
    : { ...next, state };
}

function beginRest(before: WatchState, advance: Advance): WatchStateStep {
  if (before.rest !== "none") return { state: before, effects: [] };
  const next = isPaused(before)
    ? { state: { ...before, rest: "resting" } as const, effects: [] }
    : advance({ ...before, rest: "paused" }, { kind: "pause-toggled" });
  if (!isLooking(next.state)) return next;
  const state: WatchState = { ...next.state, isEnding: true };
  return withEffects({ ...next, state }, endLook("a rest", "soon", "now"));
}

/** Ends the watch after the look under way, or at once if it was asked to end this look before. */
function stopWatch(before: WatchState, advance: Advance): WatchStateStep {
  const next = advance({ ...before, isEnding: isLooking(before) }, { kind: "stop" });
  if (!isLooking(before)) return next;
  const how = before.isEnding ? "now" : "now-later";
  return withEffects(next, endLook("the end of the watch", "soon", how));
}

function refusedStart(
  state: WatchState,
  why: readonly Diagnostic[],
  { isPersistent }: WatchStateSettings,
  advance: Advance,
): WatchStateStep {
  if (!isPersistent) return advance({ ...state, whyLeft: why }, { kind: "stop" });
  // A watch waiting for another one says so itself.
  const refusal = why.find(({ code }) => code !== "locked")?.summary ?? "";
  const isNew = refusal !== "" && refusal !== state.refusal;
  return { state: { ...state, refusal }, effects: isNew ? problemEffects(why) : [] };
}

function problemEffects(diagnostics: readonly Diagnostic[]): readonly WatchStateEffect[] {
  return [{ kind: "tell", event: { kind: "problem", diagnostics } }];
}

function withEffects({ state, effects }: WatchStateStep, more: readonly WatchStateEffect[]): WatchStateStep {
  return { state, effects: [...effects, ...more] };
}
