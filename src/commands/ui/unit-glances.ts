import { basename } from "node:path/posix";
import { listUnits, type ListedUnit } from "../../drivers/systemd/list-units.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { Exec } from "../../system/exec.ts";

/** The states of units soon after their starts and ends, long before a look at the whole fleet. */
export interface UnitGlances {
  /** Takes a changed path: only the records of starts and ends matter. */
  readonly hear: (path: string) => void;
  readonly end: () => void;
}

/** The time in which changes become one glance, ms. */
const togetherMs = 10;
/** The time until the next glance at a unit that starts, ms. */
const startingMs = 60;
/** More units than this wait for the look. */
const mostUnits = 20;
/** The most glances in a row; a further one comes after each `refillMs`: a crash loop must not use up a processor. */
const mostGlances = 8;
const refillMs = 500;

/** Returns the glances of a page. `take` gets the units that were read. */
export function createUnitGlances(exec: Exec, take: (units: readonly ListedUnit[]) => void): UnitGlances {
  const due = new Set<string>();
  let timer: NodeJS.Timeout | undefined;
  let isReading = false;
  let turn = 0;
  let left = mostGlances;
  let filledAt = performance.now();

  function soon(ms: number): void {
    if (!isReading && due.size > 0) timer ??= setTimeout(() => void read(), ms);
  }

  function mayRead(): boolean {
    const filled = Math.floor((performance.now() - filledAt) / refillMs);
    left = Math.min(mostGlances, left + filled);
    filledAt += filled * refillMs;
    if (left === 0) return false;
    left -= 1;
    return true;
  }

  async function read(): Promise<void> {
    timer = undefined;
    const names = [...due];
    due.clear();
    if (names.length > mostUnits || !mayRead()) return;
    isReading = true;
    const own = turn;
    const listed = await listUnits(exec, names);
    isReading = false;
    if (own !== turn) return;
    // The look reports a failure.
    if (listed.ok) {
      const found = new Set(listed.value.map(({ name }) => name));
      const unloaded = names.filter((name) => !found.has(name)).map(stoppedUnit);
      take([...listed.value, ...unloaded]);
      // systemd records the begin of a start, and not its end.
      for (const unit of listed.value) if (unitPhase(unit) === "starting") due.add(unit.name);
    }
    soon(listed.ok && due.size > 0 ? startingMs : togetherMs);
  }

  return {
    hear(path) {
      const unit = /^invocation:(.+)$/.exec(basename(path))?.[1];
      if (unit === undefined) return;
      due.add(unit);
      soon(togetherMs);
    },
    end() {
      clearTimeout(timer);
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
