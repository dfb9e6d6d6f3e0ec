import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { WatchEvent } from "../../events/watch-events.ts";
import type { Polling } from "../../observed/polling.ts";
import { noveltyOf, pollingOf, unwatchedByCode, type Coverage } from "../paths/coverage.ts";

/**
 * Permission to follow the fleet: the lock of its watches. A watch without it reports nothing of the fleet, so it keeps
 * its edits until it is admitted.
 */
type Admission =
  | { readonly kind: "outside"; readonly isWaitTold: boolean; readonly edits: readonly WatchEvent[] }
  | { readonly kind: "admitted"; readonly published: string };

/** The memory of a follower of a fleet file: its permission, and its reports about the watched places. */
export interface FollowState {
  readonly admission: Admission;
  /** The folders reported as unwatched. */
  readonly toldUnwatched: ReadonlySet<string>;
  /** The text of the polling reported last, see `noveltyOf`. */
  readonly toldPolling: string;
}

/** An event of a follower. */
export type FollowEvent =
  /** The file has news. */
  | { readonly kind: "source-told"; readonly event: WatchEvent }
  /** Another watch holds the lock, and this one waits for its end. */
  | { readonly kind: "lock-awaited"; readonly holder: string }
  | { readonly kind: "admitted" }
  | { readonly kind: "refused"; readonly why: readonly Diagnostic[] }
  /** The places were watched again. */
  | { readonly kind: "covered"; readonly coverage: Coverage };

/** A task for the driver of a follower. */
export type FollowEffect =
  | { readonly kind: "tell"; readonly event: WatchEvent }
  | { readonly kind: "refuse"; readonly why: readonly Diagnostic[] }
  /** Write the polling into the lock, for others such as `fleet status`. */
  | { readonly kind: "publish"; readonly polling: Polling | undefined };

/** A follower after an event, and its next tasks. */
export interface FollowStep {
  readonly state: FollowState;
  readonly effects: readonly FollowEffect[];
}

/** The state before the first reading. */
export const beforeFollowing: FollowState = {
  admission: { kind: "outside", isWaitTold: false, edits: [] },
  toldUnwatched: new Set(),
  toldPolling: "",
};

/** Returns the result of an event. */
export function stepFollow(state: FollowState, event: FollowEvent): FollowStep {
  switch (event.kind) {
    case "source-told":
      return sourceTold(state, event.event);
    case "lock-awaited":
      return lockAwaited(state, event.holder);
    case "admitted":
      return admitted(state);
    case "refused":
      return { state, effects: [{ kind: "refuse", why: event.why }] };
    case "covered":
      return covered(state, event.coverage);
  }
}

function sourceTold(state: FollowState, event: WatchEvent): FollowStep {
  const { admission } = state;
  if (admission.kind === "admitted" || event.kind !== "edited")
    return { state, effects: [eventEffect(event)] };
  return {
    state: { ...state, admission: { ...admission, edits: [...admission.edits, event] } },
    effects: [],
  };
}

/** Reports the wait once, however often the lock is tried. */
function lockAwaited(state: FollowState, holder: string): FollowStep {
  const { admission } = state;
  if (admission.kind === "admitted" || admission.isWaitTold) return { state, effects: [] };
  return {
    state: { ...state, admission: { ...admission, isWaitTold: true } },
    effects: [noteEffect(`Waiting for ${holder} to end, which watches this fleet.`)],
  };
}

function admitted(state: FollowState): FollowStep {
  if (state.admission.kind === "admitted") return { state, effects: [] };
  const effects = state.admission.edits.map(eventEffect);
  return { state: { ...state, admission: { kind: "admitted", published: "" } }, effects };
}

function covered(state: FollowState, coverage: Coverage): FollowStep {
  const polling = pollingOf(coverage);
  const unwatched = tellUnwatched(state, coverage);
  const published = publish(unwatched.state, polling);
  const polled = tellPolling(published.state, polling);
  return { state: polled.state, effects: [...unwatched.effects, ...published.effects, ...polled.effects] };
}

function tellUnwatched(state: FollowState, { unwatched }: Coverage): FollowStep {
  const toldUnwatched = new Set(state.toldUnwatched);
  const effects: FollowEffect[] = [];
  for (const [code, folders] of unwatchedByCode(unwatched)) {
    const [first, ...others] = folders.filter((folder) => !toldUnwatched.has(folder));
    if (first === undefined) continue;
    for (const folder of [first, ...others]) toldUnwatched.add(folder);
    const all = others.length === 0 ? first : `${first} and ${others.length} more`;
    effects.push(noteEffect(`${all} cannot be watched (${code}): only the resync sees changes there.`));
  }
  return effects.length === 0 ? { state, effects } : { state: { ...state, toldUnwatched }, effects };
}

function publish(state: FollowState, polling: Polling | undefined): FollowStep {
  const text = JSON.stringify(polling) ?? "";
  if (state.admission.kind === "outside" || text === state.admission.published) return { state, effects: [] };
  return {
    state: { ...state, admission: { kind: "admitted", published: text } },
    effects: [{ kind: "publish", polling }],
  };
}

function tellPolling(state: FollowState, polling: Polling | undefined): FollowStep {
  const novelty = noveltyOf(polling);
  if (novelty === state.toldPolling) return { state, effects: [] };
  const event: WatchEvent =
    polling === undefined ? { kind: "polling-over" } : { kind: "polling", ...polling };
  return { state: { ...state, toldPolling: novelty }, effects: [eventEffect(event)] };
}

function eventEffect(event: WatchEvent): FollowEffect {
  return { kind: "tell", event };
}

function noteEffect(text: string): FollowEffect {
  return eventEffect({ kind: "note", text });
}
