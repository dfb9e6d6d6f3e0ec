import { statSync } from "node:fs";
import { resolve } from "node:path/posix";
import { loadFleet, type FleetLocation, type LoadedFleet } from "../../config/file/load.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { changedAtMs } from "../../drivers/files/read.ts";
import type { Tell } from "../../events/watch-events.ts";
import { stepSource, unreadState, type SourceReading } from "./source-state.ts";

/** fleet.yaml as it is to be followed. */
export interface FleetSource {
  /** Reads it, and reports its news. */
  read(nowMs: number): Promise<SourceReading>;
  /** Has its text parsed ahead of the next reading. Reports nothing, and only makes the next reading faster. */
  prepare(): Promise<void>;
  /** Returns the files it includes, absolute. Keeps those of before as long as it cannot be read. */
  included(): readonly string[];
}

/**
 * Follows one fleet file. A file that cannot be followed changes nothing: this is reported once, and the last good state
 * stays in force. Examples are a file that is gone, does not parse, may be written by others, or is another fleet's. A
 * new text counts when the file has not been touched for `quietMs`, whatever set off the reading: it may be half of a
 * save. `check` may refuse a file that parses.
 */
export function openSource(
  location: FleetLocation,
  shown: string,
  tell: Tell,
  quietMs = 0,
  check: (loaded: LoadedFleet) => Promise<Result<LoadedFleet>> = (loaded) => Promise.resolve(ok(loaded)),
): FleetSource {
  let state = unreadState;
  let included: readonly string[] = [];
  return {
    included: () => included,
    async prepare() {
      await loadUnlessPipe(location, shown); // it keeps a good result in its cache
    },
    async read(nowMs) {
      const found = new Set<string>();
      const read = await loadUnlessPipe({ ...location, onInclude: (path) => found.add(path) }, shown);
      const loaded = read.ok ? await check(read.value) : read;
      included = read.ok ? [...found] : [...new Set([...included, ...found])];
      const seen = { loaded, untouchedForMs: untouchedForMs(location, included) };
      const step = stepSource(state, seen, nowMs, { shown, quietMs });
      state = step.state;
      for (const event of step.events) tell(event);
      return step.reading;
    },
  };
}

/** Reads the file. A read of a pipe in its place would never end, and would block everything else, even an exit. */
function loadUnlessPipe(location: FleetLocation, shown: string): Promise<Result<LoadedFleet>> {
  if (!isPipe(location)) return loadFleet(location);
  return Promise.resolve(fail("file-unreadable", `cannot read ${shown}: it is a pipe`));
}

/**
 * Returns for how long nobody has written one of the files or put it in its place, ms. The result is infinite for a time
 * in the future, by a clock set since.
 */
function untouchedForMs({ cwd = "/", path = "" }: FleetLocation, included: readonly string[]): number {
  const now = Date.now();
  const ages = [resolve(cwd, path), ...included].map((each) => now - (changedAtMs(each) ?? 0));
  return Math.min(...ages.map((ms) => (ms < 0 ? Infinity : ms)));
}

function isPipe({ cwd = "/", path = "" }: FleetLocation): boolean {
  try {
    return statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isFIFO() ?? false;
  } catch {
    return false; // reading it will say why
  }
}
