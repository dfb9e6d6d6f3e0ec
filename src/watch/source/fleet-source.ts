import { statSync } from "node:fs";
import { resolve } from "node:path/posix";
import { loadFleet, type FleetLocation, type LoadedFleet } from "../../config/file/load.ts";
import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { changedAtMs } from "../../drivers/files/read.ts";
import type { Tell } from "../../events/watch-events.ts";
import { stepSource, unread, type Reading } from "./source-state.ts";

/** fleet.yaml as it is to be followed. */
export interface FleetSource {
  /** Reads it, and tells what is new of it. */
  read(nowMs: number): Promise<Reading>;
  /** Has its text parsed ahead of the next reading. Tells nothing, and changes nothing but how long that takes. */
  prepare(): Promise<void>;
}

/**
 * Follows one fleet file. What cannot be followed changes nothing: it is told once, and the last good state stays in
 * force. So it is with a file that is gone, does not parse, may be written by others, or is another fleet's. A new text
 * counts when the file has not been touched for `quietMs`, whatever set off the reading: it may be half of a save.
 */
export function openSource(location: FleetLocation, shown: string, tell: Tell, quietMs = 0): FleetSource {
  let state = unread;
  return {
    async prepare() {
      await load(location, shown); // it keeps what is good in its cache
    },
    async read(nowMs) {
      const loaded = await load(location, shown);
      const seen = { loaded, untouchedForMs: untouchedForMs(location) };
      const step = stepSource(state, seen, nowMs, { shown, quietMs });
      state = step.state;
      for (const event of step.events) tell(event);
      return step.reading;
    },
  };
}

/** Reads the file. A pipe in its place would be waited for without an end, and nothing else be done, not even an exit. */
function load(location: FleetLocation, shown: string): Promise<Result<LoadedFleet>> {
  if (!isPipe(location)) return loadFleet(location);
  return Promise.resolve(fail("file-unreadable", `cannot read ${shown}: it is a pipe`));
}

/**
 * Returns for how long nobody has written the file or put it in its place, ms: for ever if that lies in the future, by a
 * clock that was set since.
 */
function untouchedForMs({ cwd = "/", path = "" }: FleetLocation): number {
  const ms = Date.now() - (changedAtMs(resolve(cwd, path)) ?? 0);
  return ms < 0 ? Infinity : ms;
}

function isPipe({ cwd = "/", path = "" }: FleetLocation): boolean {
  try {
    return statSync(resolve(cwd, path), { throwIfNoEntry: false })?.isFIFO() ?? false;
  } catch {
    return false; // reading it will say why
  }
}
