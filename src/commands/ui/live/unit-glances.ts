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
  return new GlancesAtUnits(exec, take, follow);
}

class GlancesAtUnits implements UnitGlances {
  readonly #exec: Exec;
  readonly #take: (units: readonly ListedUnit[]) => void;
  readonly #starts: StartEnds;
  readonly #rights = glanceRights();
  /** The units to read. */
  readonly #due = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  /** The time of the next glance, by performance.now(). */
  #readAt = 0;
  #isReading = false;
  /** The end of the last glance, by performance.now(). */
  #readUntil = -Infinity;
  /** Another number after an end: a glance from before counts for nothing. */
  #turn = 0;
  /** The number of glances in a row at units that start. */
  #starting = 0;

  constructor(
    exec: Exec,
    take: (units: readonly ListedUnit[]) => void,
    follow: (written: (unit: string) => void) => StartEnds,
  ) {
    this.#exec = exec;
    this.#take = take;
    this.#starts = follow((unit) => {
      this.#starting = 0;
      this.#soon(0, [unit]);
    });
  }

  hear(path: string): void {
    const unit = /^invocation:(.+)$/.exec(basename(path))?.[1];
    if (unit === undefined) return;
    this.#soon(performance.now() - this.#readUntil > togetherMs ? 0 : togetherMs, [unit]);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#starts.end();
    this.#timer = undefined;
    this.#due.clear();
    this.#turn += 1;
  }

  /** Reads these units and the others that are due, after this time or before. */
  #soon(ms: number, names: readonly string[]): void {
    for (const name of names) this.#due.add(name);
    const at = performance.now() + ms;
    const isBefore = this.#timer !== undefined && at >= this.#readAt;
    if (this.#isReading || this.#due.size === 0 || isBefore) return;
    clearTimeout(this.#timer);
    this.#readAt = at;
    this.#timer = setTimeout(() => void this.#read(), ms);
  }

  async #read(): Promise<void> {
    this.#timer = undefined;
    const names = [...this.#due];
    const waitMs = names.length > mostUnits ? 0 : this.#rights.take();
    if (waitMs > 0) return this.#soon(waitMs, []);
    this.#due.clear();
    if (names.length > mostUnits) return;
    this.#isReading = true;
    const turn = this.#turn;
    const listed = await listUnits(this.#exec, names);
    this.#isReading = false;
    this.#readUntil = performance.now();
    if (turn !== this.#turn) return;
    // The look reports a failure.
    if (listed.ok) this.#tell(names, listed.value);
    else this.#soon(togetherMs, []);
  }

  /** Tells the read units, and looks again at those that start. */
  #tell(names: readonly string[], listed: readonly ListedUnit[]): void {
    const found = new Set(listed.map(({ name }) => name));
    const unloaded = names.filter((name) => !found.has(name)).map(stoppedUnit);
    this.#take([...listed, ...unloaded]);
    // systemd records the begin of a start, and not its end.
    const still = listed.filter((unit) => unitPhase(unit) === "starting").map(({ name }) => name);
    const areFollowed = this.#starts.follow(names, still);
    if (this.#due.size > 0) this.#starting = 0;
    if (areFollowed) this.#starting = Math.max(this.#starting, toldFrom);
    const pauseMs = still.length === 0 ? undefined : startingMs[this.#starting];
    this.#starting = pauseMs === undefined ? 0 : this.#starting + 1;
    this.#soon(this.#due.size > 0 ? togetherMs : (pauseMs ?? 0), pauseMs === undefined ? [] : still);
  }
}

/** Returns the rights to glances. `take` takes one, and returns the time until there is one, ms; 0 if it was taken. */
function glanceRights(): { readonly take: () => number } {
  let left = mostGlances;
  let filledAt = performance.now();
  return {
    take() {
      const now = performance.now();
      const filled = Math.floor((now - filledAt) / refillMs);
      left = Math.min(mostGlances, left + filled);
      filledAt += filled * refillMs;
      if (left === 0) return Math.ceil(filledAt + refillMs - now);
      left -= 1;
      return 0;
    },
  };
}

/** Returns a unit that systemd has unloaded. */
function stoppedUnit(name: string): ListedUnit {
  return { name, load: "not-found", active: "inactive", sub: "dead" };
}
