import { basename } from "node:path/posix";
import { listUnits, type ListedUnit } from "../../../drivers/systemd/list-units.ts";
import { unitPhase } from "../../../plan/view/unit-phase.ts";
import type { Exec } from "../../../system/exec.ts";
import type { StartEnds } from "./start-ends.ts";

/** The states of units right after their starts and ends, long before a look at the whole fleet. */
export interface UnitGlances {
  /** Takes a changed path: only the records of starts and ends matter. */
  readonly hear: (path: string) => void;
  readonly end: () => void;
}

/** The time after a glance in which changes become the next one, ms. The first change after it is read at once. */
const togetherMs = 10;
/** The times until the next glances at units that start, ms: the later ones if something tells of their ends. */
const startingMs = [20, 40, 80, 160, 320, 640, 1_280, 2_560];
const toldFrom = 4;
/** More units than this wait for the look. */
const mostUnits = 20;
/** The most glances in a row; a further one comes after each `refillMs`: a crash loop must not use up a processor. */
const mostGlances = 8;
const refillMs = 500;

/**
 * Returns the glances of a page. `take` gets the units that were read. `follow` follows the starts among them, and calls
 * `written` at the end of one.
 */
export function createUnitGlances(
  exec: Exec,
  take: (units: readonly ListedUnit[]) => void,
  follow: (written: (unit: string) => void) => StartEnds,
): UnitGlances {
  const due = new Set<string>();
  const starts = follow((unit) => {
    starting = 0;
    soon(0, [unit]);
  });
  let timer: NodeJS.Timeout | undefined;
  /** The time of the next glance, by performance.now(). */
  let readAt = 0;
  let isReading = false;
  /** The end of the last glance, by performance.now(). */
  let readUntil = -Infinity;
  let turn = 0;
  /** The number of glances in a row at units that start. */
  let starting = 0;
  let left = mostGlances;
  let filledAt = performance.now();

  /** Reads these units and the others that are due, after this time or before. */
  function soon(ms: number, names: readonly string[]): void {
    for (const name of names) due.add(name);
    const at = performance.now() + ms;
    if (isReading || due.size === 0 || (timer !== undefined && at >= readAt)) return;
    clearTimeout(timer);
    readAt = at;
    timer = setTimeout(() => void read(), ms);
  }

  /** Takes the right to a glance. Returns the time until there is one, ms; 0 if it was taken. */
  function waitForGlance(): number {
    const now = performance.now();
    const filled = Math.floor((now - filledAt) / refillMs);
    left = Math.min(mostGlances, left + filled);
    filledAt += filled * refillMs;
    if (left === 0) return Math.ceil(filledAt + refillMs - now);
    left -= 1;
    return 0;
  }

  async function read(): Promise<void> {
    timer = undefined;
    const names = [...due];
    const wait = names.length > mostUnits ? 0 : waitForGlance();
    if (wait > 0) return soon(wait, []);
    due.clear();
    if (names.length > mostUnits) return;
    isReading = true;
    const own = turn;
    const listed = await listUnits(exec, names);
    isReading = false;
    readUntil = performance.now();
    if (own !== turn) return;
    // The look reports a failure.
    if (listed.ok) {
      const found = new Set(listed.value.map(({ name }) => name));
      const unloaded = names.filter((name) => !found.has(name)).map(stoppedUnit);
      take([...listed.value, ...unloaded]);
      // systemd records the begin of a start, and not its end.
      const still = listed.value.filter((unit) => unitPhase(unit) === "starting").map(({ name }) => name);
      const areFollowed = starts.follow(names, still);
      if (due.size > 0) starting = 0;
      if (areFollowed) starting = Math.max(starting, toldFrom);
      const pause = still.length === 0 ? undefined : startingMs[starting];
      starting = pause === undefined ? 0 : starting + 1;
      soon(due.size > 0 ? togetherMs : (pause ?? 0), pause === undefined ? [] : still);
    } else soon(togetherMs, []);
  }

  return {
    hear(path) {
      const unit = /^invocation:(.+)$/.exec(basename(path))?.[1];
      if (unit === undefined) return;
      soon(performance.now() - readUntil > togetherMs ? 0 : togetherMs, [unit]);
    },
    end() {
      clearTimeout(timer);
      starts.end();
      timer = undefined;
      due.clear();
      turn += 1;
    },
  };
}

/** Returns a unit that systemd has unloaded. */
function stoppedUnit(name: string): ListedUnit {
  return { name, load: "not-found", active: "inactive", sub: "dead" };
}
