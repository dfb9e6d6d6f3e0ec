import type { SourceEvent, SourceRevision, SourceTrouble } from "../events/source-events.ts";
import { jittered } from "../text/durations.ts";

/** The result of one pass over the source: it was fetched and checked, or not. */
export type PassResult =
  | {
      readonly kind: "good";
      readonly revision: SourceRevision;
      readonly isPinned: boolean;
      readonly isFirst: boolean;
      /** False if exactly this is in place already. */
      readonly isNew: boolean;
      /** The last applied revision, as it is kept. */
      readonly anchor: string | undefined;
    }
  /** The revision is there, and does not count. */
  | { readonly kind: "refused"; readonly trouble: SourceTrouble }
  /** Nothing is known about the newest revision. */
  | { readonly kind: "failed"; readonly trouble: SourceTrouble };

/** The memory of a source between its passes. Times are of a clock nobody sets, ms. */
export interface PullState {
  /** True while a pass is under way. */
  readonly isPulling: boolean;
  /** True if somebody has asked during that pass. */
  readonly isAsked: boolean;
  /** The time of the next pass; undefined during one. */
  readonly nextAtMs: number | undefined;
  /** The passes in a row that have failed. */
  readonly failures: number;
  /** True if the copy of the repository could be fetched into, and not be read. */
  readonly isBroken: boolean;
  /** The trouble as it was last told, until the source works again. */
  readonly told: string | undefined;
  /** The revision in place. */
  readonly placed: { readonly revision: string; readonly isPinned: boolean } | undefined;
  /** The last applied revision of the source: the newest one must descend from it. */
  readonly anchor: string | undefined;
}

/** An event of a source. `random` is in [0, 1). */
export type PullEvent =
  | { readonly kind: "woken" }
  /** A person wants to know now. */
  | { readonly kind: "asked" }
  | { readonly kind: "ended"; readonly result: PassResult; readonly random: number }
  /** The watch has applied the revision in place, and nothing more is to be done for it now. */
  | { readonly kind: "applied"; readonly revision: string };

/** A task for the driver of a source. */
export type PullEffect =
  /** Fetch and check. `isFresh`: into a new copy of the repository, in the place of the old one. */
  | { readonly kind: "pull"; readonly isFresh: boolean }
  | { readonly kind: "keep-anchor"; readonly revision: string }
  | { readonly kind: "tell"; readonly event: SourceEvent };

/** The settings of a source, as far as the decisions need them. */
export interface PullSettings {
  readonly intervalMs: number;
  readonly ref: string;
}

/** A state after an event, and the next tasks. */
export interface PullStep {
  readonly state: PullState;
  readonly effects: readonly PullEffect[];
}

/** The time until a broken copy is replaced, ms. */
const repairMs = 1_000;
/** The longest time between two passes that fail, ms. */
const longestMs = 15 * 60_000;

/**
 * Returns the state at the start of a watch. If a revision is in place, the first pass is at a random moment of the interval:
 * after a power cut, many machines start at once.
 */
export function beginPulling(
  placed: PullState["placed"],
  { intervalMs }: Pick<PullSettings, "intervalMs">,
  nowMs: number,
  random: number,
): PullState {
  const nextAtMs = placed === undefined ? nowMs : nowMs + intervalMs * random;
  const known = { told: undefined, placed, anchor: undefined };
  return { isPulling: false, isAsked: false, nextAtMs, failures: 0, isBroken: false, ...known };
}

/** Returns the time until the next pass after so many failures in a row, ms. */
export function delayAfterFailures(failures: number, intervalMs: number, random: number): number {
  const longest = Math.max(longestMs, intervalMs);
  const base = failures === 0 ? intervalMs : Math.min(intervalMs * 2 ** (failures - 1), longest);
  return jittered(base, random);
}

/** Returns the result of an event. */
export function stepPull(
  state: PullState,
  event: PullEvent,
  nowMs: number,
  settings: PullSettings,
): PullStep {
  switch (event.kind) {
    case "woken":
      if (state.nextAtMs === undefined || nowMs < state.nextAtMs) return { state, effects: [] };
      return pull(state);
    case "asked":
      return state.isPulling ? { state: { ...state, isAsked: true }, effects: [] } : pull(state);
    case "ended":
      return endedPass(state, event.result, nowMs, event.random, settings);
    case "applied":
      return applied(state, event.revision);
  }
}

function pull(state: PullState): PullStep {
  const { failures, isBroken } = state;
  // A copy a power cut or a full disk has broken may fail as the network does. A new one repairs it.
  const isFresh = isBroken || (failures > 0 && failures % 2 === 0);
  return {
    state: { ...state, isPulling: true, isAsked: false, nextAtMs: undefined },
    effects: [{ kind: "pull", isFresh }],
  };
}

function endedPass(
  before: PullState,
  result: PassResult,
  nowMs: number,
  random: number,
  settings: PullSettings,
): PullStep {
  if (!before.isPulling) return { state: before, effects: [] };
  const failures = result.kind === "failed" ? before.failures + 1 : 0;
  const isBroken = result.kind === "failed" && result.trouble.why === "copy-unreadable";
  // The server answers, so a new copy is tried at once; it may be the server that is broken, so only once.
  const isRepairing = isBroken && failures === 1;
  const nextAtMs =
    nowMs + (isRepairing ? repairMs : delayAfterFailures(failures, settings.intervalMs, random));
  const state = { ...before, isPulling: false, failures, isBroken, nextAtMs };
  const quiet: PullStep = { state, effects: [] };
  const step =
    result.kind === "good"
      ? good(state, result, settings)
      : isRepairing
        ? quiet
        : tellTrouble(state, result.trouble);
  if (!before.isAsked) return step;
  const next = pull(step.state);
  return { state: next.state, effects: [...step.effects, ...next.effects] };
}

function good(
  state: PullState,
  { revision, isPinned, isFirst, isNew, anchor }: Extract<PassResult, { kind: "good" }>,
  { ref }: PullSettings,
): PullStep {
  const placed: SourceEvent = { kind: "source-placed", ref, isPinned, isFirst, ...revision };
  const works: SourceEvent = { kind: "source-works", ref };
  return {
    state: { ...state, told: undefined, placed: { revision: revision.revision, isPinned }, anchor },
    effects: [
      ...(state.told === undefined ? [] : [tellEffect(works)]),
      ...(isNew ? [tellEffect(placed)] : []),
    ],
  };
}

/** Tells a trouble once, and again only after another one or after a success. */
function tellTrouble(state: PullState, trouble: SourceTrouble): PullStep {
  const told = keyOfTrouble(trouble);
  if (told === state.told) return { state, effects: [] };
  const event: SourceEvent = { kind: "source-refused", trouble, inForce: state.placed !== undefined };
  return { state: { ...state, told }, effects: [tellEffect(event)] };
}

/** Returns the parts of a trouble that make it another one: the words of git vary. */
function keyOfTrouble(trouble: SourceTrouble): string {
  if (trouble.why === "unreachable" || trouble.why === "copy-unreadable") return trouble.why;
  return JSON.stringify(trouble);
}

/**
 * Keeps the anchor of an applied revision. A pinned one does not move it: otherwise an old revision of the server would
 * count again after the end of the pin.
 */
function applied(state: PullState, revision: string): PullStep {
  const { placed, anchor } = state;
  if (placed?.revision !== revision || placed.isPinned || anchor === revision) return { state, effects: [] };
  return { state: { ...state, anchor: revision }, effects: [{ kind: "keep-anchor", revision }] };
}

function tellEffect(event: SourceEvent): PullEffect {
  return { kind: "tell", event };
}
