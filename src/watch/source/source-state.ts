import type { LoadedFleet } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { instancesOf } from "../../desired/instances.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import type { WatchEvent } from "../../events/watch-events.ts";

/** The memory of a followed fleet.yaml from reading to reading. Times are of the readings' clock, ms. */
export interface SourceState {
  /** The last good state of the file, which stays in force until there is another one. */
  readonly good: LoadedFleet | undefined;
  readonly goodSinceMs: number;
  /** The problems of the last rejected file, as they were reported. */
  readonly rejected: string | undefined;
  /** The start of the time without a quiet moment of the file, and whether this was reported. */
  readonly restless: { readonly sinceMs: number; readonly isTold: boolean } | undefined;
  /** A perhaps incomplete text, or no file at all, and the time of its last change. */
  readonly halfSaved: { readonly text: string | undefined; readonly sinceMs: number } | undefined;
}

/** The file as it is now. */
export interface ReadFile {
  readonly loaded: Result<LoadedFleet>;
  /** The time since somebody last wrote it or put it in its place, ms. */
  readonly untouchedForMs: number;
}

/** The file as it is to be followed. */
export interface SourceReading {
  /** The last good state of the file; undefined as long as there was none. */
  readonly config: FleetConfig | undefined;
  /** True if this is another text than the time before. */
  readonly isNew: boolean;
  /** The time until the file is to be read again, ms, because it may be in the middle of being saved. */
  readonly againInMs: number | undefined;
  /**
   * True if the file differs from the configuration in force, and does not count yet. Applying the old text could undo
   * changes somebody may have applied from the new one.
   */
  readonly isOutdated: boolean;
  /** The start of the time with this configuration in the file, by the clock of the readings, ms. */
  readonly sinceMs: number;
}

/** The settings for following a file. */
export interface SourceSettings {
  /** The path of the file, as people see it. */
  readonly shown: string;
  /** The time without changes before a new text counts, ms. */
  readonly quietMs: number;
}

/** The state after a reading, the reading itself, and the news to report. */
export interface SourceStep {
  readonly state: SourceState;
  readonly reading: SourceReading;
  readonly events: readonly WatchEvent[];
}

/** The state before the first reading. */
export const unreadState: SourceState = {
  good: undefined,
  goodSinceMs: 0,
  rejected: undefined,
  restless: undefined,
  halfSaved: undefined,
};

/** The time for a missing file, or one that ends in the middle of a line, to become whole, ms. */
const halfSavedMs = 2_000;

/**
 * The time without a quiet moment after which people get a report, and the configuration in force is applied anyway, ms.
 */
const restlessMs = 30_000;

/** Returns the result of a reading of the file. */
export function stepSource(
  before: SourceState,
  { loaded, untouchedForMs }: ReadFile,
  nowMs: number,
  { shown, quietMs }: SourceSettings,
): SourceStep {
  const { good } = before;
  const halfSaved = halfSavedIn(before, loaded, nowMs);
  const state = { ...before, halfSaved };
  const wholeInMs = halfSaved === undefined ? 0 : halfSaved.sinceMs + halfSavedMs - nowMs;
  if (wholeInMs > 0) return unchanged(state, [], wholeInMs, loaded.ok);
  const quietInMs = hasSameText(loaded, good) ? 0 : quietMs - untouchedForMs;
  if (quietInMs > 0) return restless(state, shown, nowMs, quietInMs);
  const quiet = { ...state, restless: undefined };
  if (!loaded.ok) return reject(quiet, shown, good && isGone(loaded) ? [gone(shown)] : loaded.diagnostics);
  const risk = loaded.value.warnings.find(({ code }) => code === "file-untrusted");
  if (risk !== undefined) return reject(quiet, shown, [{ ...risk, severity: "error" }]);
  const other = good && otherFleetProblem(good.config, loaded.value.config);
  return other === undefined ? accept(quiet, shown, loaded.value, nowMs) : reject(quiet, shown, [other]);
}

/**
 * Returns the half-saved text. A text is still being written if it has changed since the last reading: its time begins
 * again.
 */
function halfSavedIn(
  { good, halfSaved }: SourceState,
  loaded: Result<LoadedFleet>,
  nowMs: number,
): SourceState["halfSaved"] {
  if (good === undefined || !isUnfinished(loaded, good)) return undefined;
  const text = loaded.ok ? wholeText(loaded.value) : undefined;
  return halfSaved?.text === text && halfSaved !== undefined ? halfSaved : { text, sinceMs: nowMs };
}

/**
 * Handles a file without a quiet moment. Edits without an effect are reported once; until then they may have been meant.
 */
function restless(state: SourceState, shown: string, nowMs: number, quietInMs: number): SourceStep {
  const { sinceMs, isTold } = state.restless ?? { sinceMs: nowMs, isTold: false };
  if (nowMs - sinceMs < restlessMs) {
    return unchanged({ ...state, restless: { sinceMs, isTold } }, [], quietInMs, true);
  }
  const text = `${shown} keeps changing: it is read once it has been quiet for a moment.`;
  const told: WatchEvent = { kind: "note", text };
  return unchanged({ ...state, restless: { sinceMs, isTold: true } }, isTold ? [] : [told], quietInMs);
}

function unchanged(
  state: SourceState,
  events: readonly WatchEvent[],
  againInMs?: number,
  isOutdated = false,
): SourceStep {
  const { good, goodSinceMs: sinceMs } = state;
  return { state, events, reading: { config: good?.config, isNew: false, againInMs, isOutdated, sinceMs } };
}

function reject(state: SourceState, shown: string, diagnostics: readonly Diagnostic[]): SourceStep {
  const key = JSON.stringify(diagnostics);
  const inForce = state.good !== undefined;
  const told: WatchEvent = { kind: "file-rejected", file: shown, diagnostics, inForce };
  return unchanged({ ...state, rejected: key }, key === state.rejected ? [] : [told]);
}

function accept(before: SourceState, shown: string, loaded: LoadedFleet, nowMs: number): SourceStep {
  const good = { good: loaded, rejected: undefined };
  if (before.good !== undefined && wholeText(loaded) === wholeText(before.good)) {
    const isGoodAgain = before.rejected !== undefined;
    return unchanged({ ...before, ...good }, isGoodAgain ? [{ kind: "file-accepted", file: shown }] : []);
  }
  const agents = instancesOf(loaded.config).length;
  const step = unchanged({ ...before, ...good, goodSinceMs: nowMs }, [
    { kind: "edited", file: shown, agents },
  ]);
  return { ...step, reading: { ...step.reading, isNew: true } };
}

function hasSameText(loaded: Result<LoadedFleet>, good: LoadedFleet | undefined): boolean {
  return loaded.ok && good !== undefined && wholeText(loaded.value) === wholeText(good);
}

/** Returns the texts of the file and of those that it includes, as one. */
function wholeText({ text, included }: LoadedFleet): string {
  return included.length === 0 ? text : JSON.stringify([text, ...included.map((each) => each.text)]);
}

/**
 * Returns true if the file may be half written. A file written in place, and slowly, may look whole too early, with fewer
 * agents than it will have. Editors end each line, the last one too.
 */
function isUnfinished(loaded: Result<LoadedFleet>, good: LoadedFleet): boolean {
  if (!loaded.ok) return isGone(loaded) || hasCode(loaded.diagnostics, "include-not-found");
  if (hasSameText(loaded, good)) return false;
  return [loaded.value, ...loaded.value.included].some(({ text }) => !text.endsWith("\n"));
}

function isGone(loaded: Result<LoadedFleet>): boolean {
  return !loaded.ok && hasCode(loaded.diagnostics, "file-not-found");
}

function hasCode(diagnostics: readonly Diagnostic[], wanted: Diagnostic["code"]): boolean {
  return diagnostics.some(({ code }) => code === wanted);
}

function gone(shown: string): Diagnostic {
  return {
    severity: "error",
    code: "file-not-found",
    summary: `${shown} is gone`,
    detail: "No agent is stopped because of that.",
    hint: "put it back; to remove the fleet, end this watch and use `fleet destroy`",
  };
}

/**
 * Returns a problem if the name or socket has changed: then it is another fleet, and the agents of this one would go on
 * without a watch.
 */
function otherFleetProblem(before: FleetConfig, after: FleetConfig): Diagnostic | undefined {
  if (before.name === after.name && before.tmux.socket === after.tmux.socket) return undefined;
  const [what, from, to] =
    before.name === after.name
      ? ["tmux socket", before.tmux.socket, after.tmux.socket]
      : ["name", before.name, after.name];
  return {
    severity: "error",
    code: "blocked",
    summary: `the fleet's ${what} was changed from ${from} to ${to}: that makes it another fleet`,
    detail: "The agents of this one would go on under the old one, and nothing would manage them.",
    hint: "set it back; or end this watch, destroy the fleet as it was, and watch the new one",
  };
}
