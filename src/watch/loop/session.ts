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
export interface WatchSession {
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
export type SessionEvent =
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
export type SessionEffect =
  | Exclude<LoopEffect, { kind: "cut-short" }>
  | { readonly kind: "tell"; readonly event: WatchEvent }
  /** Parse the file while the loop waits for the end of the changes. */
  | { readonly kind: "prepare" }
  /** End the look under way: begin nothing more (`soon`), or wait for nothing either (`now`), at once or by and by. */
  | { readonly kind: "end-look"; readonly how: "soon" | "now" | "now-later"; readonly why: string };

/** The settings of a session. */
export interface SessionSettings extends LoopSettings {
  /** True if the watch waits until it may follow the fleet; otherwise it ends. */
  readonly isPersistent: boolean;
}

/** A session after an event, and its next tasks. */
export interface SessionStep {
  readonly session: WatchSession;
  readonly effects: readonly SessionEffect[];
}

/** Returns the first session of a watch: it looks at once. */
export function beginSession(nowMs: number): SessionStep {
  const { state, effects } = beginLoop();
  const session: WatchSession = {
    loop: state,
    lookedMs: nowMs,
    openCauses: [],
    isEnding: false,
    rest: "none",
    isPauseNews: false,
    refusal: "",
    bug: "",
    whyLeft: [],
  };
  return { session, effects: effects.flatMap((effect) => asSessionEffects(effect, [])) };
}

/** Returns the result of an event. `nowMs` is the time of the event. */
export function stepSession(
  session: WatchSession,
  event: SessionEvent,
  nowMs: number,
  settings: SessionSettings,
): SessionStep {
  const { session: next, effects } = handleEvent(session, event, nowMs, settings);
  if (!next.isPauseNews || next.loop.kind !== "paused") return { session: next, effects };
  return {
    session: { ...next, isPauseNews: false },
    effects: [...effects, { kind: "tell", event: { kind: "paused" } }],
  };
}

/** Returns true if the watch is paused, or will be when its look has ended. */
function isPaused({ loop }: WatchSession): boolean {
  return loop.kind === "paused" || (loop.kind === "looking" && loop.thenPause);
}

/** Returns true while a view has to be kept true by glances, because nothing else looks at the machine. */
export function isIdleView({ loop, rest }: WatchSession): boolean {
  return loop.kind === "paused" && rest === "none";
}

/** Returns true if a look has worked for longer than `limitMs`. Units may take as long to stop as fleet.yaml lets them. */
export function isStuck({ loop, lookedMs }: WatchSession, nowMs: number, limitMs: number): boolean {
  return loop.kind === "looking" && loop.stage === "busy" && nowMs - lookedMs > limitMs;
}

function handleEvent(
  session: WatchSession,
  event: SessionEvent,
  nowMs: number,
  settings: SessionSettings,
): SessionStep {
  const advance = (from: WatchSession, loopEvent: LoopEvent): SessionStep =>
    advanceLoop(from, loopEvent, nowMs, settings);
  switch (event.kind) {
    case "changed": {
      const isPreparable = event.cause === "edit" && session.loop.kind === "waiting";
      return withEffects(advance(session, event), isPreparable ? [{ kind: "prepare" }] : []);
    }
    case "asked":
    case "woken":
    case "slow":
      return advance(session, event);
    case "ended":
      return lookEnded(session, event, advance);
    case "pause-toggled":
      return pauseToggled(session, advance);
    case "rest":
      return beginRest(session, advance);
    case "go-on": {
      const awake: WatchSession = { ...session, rest: "none" };
      return session.rest === "paused"
        ? advance(awake, { kind: "pause-toggled" })
        : { session: awake, effects: [] };
    }
    case "stop":
      return stopSession(session, advance);
    case "refused":
      return refusedStart(session, event.why, settings, advance);
  }
}

type Advance = (from: WatchSession, event: LoopEvent) => SessionStep;

function advanceLoop(
  session: WatchSession,
  event: LoopEvent,
  nowMs: number,
  settings: SessionSettings,
): SessionStep {
  const { state, effects } = stepLoop(session.loop, event, nowMs, settings);
  const isNewLook = effects.some(({ kind }) => kind === "look");
  const isCut = effects.some(({ kind }) => kind === "cut-short");
  return {
    session: {
      ...session,
      loop: state,
      lookedMs: isNewLook ? nowMs : session.lookedMs,
      openCauses: isNewLook ? [] : session.openCauses,
      isEnding: !isNewLook && (session.isEnding || isCut),
    },
    effects: effects.flatMap((effect) => asSessionEffects(effect, session.openCauses)),
  };
}

function asSessionEffects(effect: LoopEffect, openCauses: readonly LookCause[]): readonly SessionEffect[] {
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

function endLook(why: string, ...hows: readonly ("soon" | "now" | "now-later")[]): readonly SessionEffect[] {
  return hows.map((how) => ({ kind: "end-look", how, why }));
}

function isLooking({ loop }: WatchSession): boolean {
  return loop.kind === "looking" || loop.kind === "leaving";
}

/** Reports a bug once, as long as it stays the same: the agents are better off with a watch that goes on. */
function lookEnded(
  session: WatchSession,
  { nextInMs, openCauses, bug }: Extract<SessionEvent, { kind: "ended" }>,
  advance: Advance,
): SessionStep {
  const isNew = bug !== undefined && bug.summary !== session.bug;
  const told = isNew ? problemEffects([bug]) : [];
  const next = advance({ ...session, openCauses, bug: bug?.summary ?? "" }, { kind: "ended", nextInMs });
  return { ...next, effects: [...told, ...next.effects] };
}

/** Pauses or resumes. A pause begins nothing more. */
function pauseToggled(before: WatchSession, advance: Advance): SessionStep {
  const next = advance(before, { kind: "pause-toggled" });
  const isPauseNews = isPaused(next.session) && !isPaused(before);
  const hasResumed = isPaused(before) && !isPaused(next.session);
  const session = { ...next.session, isPauseNews };
  if (hasResumed) return withEffects({ ...next, session }, [{ kind: "tell", event: { kind: "resumed" } }]);
  return isPauseNews && isLooking(session)
    ? withEffects({ ...next, session: { ...session, isEnding: true } }, endLook("a pause", "soon"))
    : { ...next, session };
}

function beginRest(before: WatchSession, advance: Advance): SessionStep {
  if (before.rest !== "none") return { session: before, effects: [] };
  const next = isPaused(before)
    ? { session: { ...before, rest: "resting" } as const, effects: [] }
    : advance({ ...before, rest: "paused" }, { kind: "pause-toggled" });
  if (!isLooking(next.session)) return next;
  const session: WatchSession = { ...next.session, isEnding: true };
  return withEffects({ ...next, session }, endLook("a rest", "soon", "now"));
}

/** Ends the watch after the look under way, or at once if it was asked to end this look before. */
function stopSession(before: WatchSession, advance: Advance): SessionStep {
  const next = advance({ ...before, isEnding: isLooking(before) }, { kind: "stop" });
  if (!isLooking(before)) return next;
  const how = before.isEnding ? "now" : "now-later";
  return withEffects(next, endLook("the end of the watch", "soon", how));
}

function refusedStart(
  session: WatchSession,
  why: readonly Diagnostic[],
  { isPersistent }: SessionSettings,
  advance: Advance,
): SessionStep {
  if (!isPersistent) return advance({ ...session, whyLeft: why }, { kind: "stop" });
  // A watch waiting for another one says so itself.
  const refusal = why.find(({ code }) => code !== "locked")?.summary ?? "";
  const isNew = refusal !== "" && refusal !== session.refusal;
  return { session: { ...session, refusal }, effects: isNew ? problemEffects(why) : [] };
}

function problemEffects(diagnostics: readonly Diagnostic[]): readonly SessionEffect[] {
  return [{ kind: "tell", event: { kind: "problem", diagnostics } }];
}

function withEffects({ session, effects }: SessionStep, more: readonly SessionEffect[]): SessionStep {
  return { session, effects: [...effects, ...more] };
}
