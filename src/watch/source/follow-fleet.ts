import type { FleetLocation } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { layoutOf } from "../../desired/layout.ts";
import { findOverrides } from "../../observe/in-force/override-files.ts";
import type { Polling } from "../../observed/polling.ts";
import type { HeldLock } from "../../system/flock.ts";
import type { Machine } from "../../machine/machine.ts";
import { noveltyOf, pollingOf, unwatchedByCode } from "../paths/coverage.ts";
import { openSource, type FleetSource } from "./fleet-source.ts";
import { inputPathsToWatch, machinePathsToWatch, type WatchedPath } from "../paths/watched-paths.ts";
import { openPathWatcher, type Coverage } from "../paths/path-watcher.ts";
import { tmuxConfigNotes } from "./tmux-config-notes.ts";
import type { Tell, WatchEvent } from "../../events/watch-events.ts";

/** The lock of the watches of a fleet. */
interface WatchLock extends HeldLock {
  /** Tells others, such as `fleet status`, the paths polled by this watch; undefined for none. */
  publish(polling: Polling | undefined): void;
}

/** The fleet file to follow, and how. */
export interface Followed {
  readonly machine: Machine;
  /** The location of the file; `path` and `cwd` are set, so that it stays the same one. */
  readonly location: FleetLocation;
  /** The same, absolute. */
  readonly path: string;
  /** The same, as people see it. */
  readonly shown: string;
  /** The time without changes before the file is followed, ms. */
  readonly quietMs: number;
  /**
   * Takes the lock of the watches of this fleet, with the first good configuration. `onWait` gets the holder of the lock,
   * if there is one; `interrupt` ends the wait.
   */
  readonly admit: (
    config: FleetConfig,
    onWait: (holder: string) => void,
    interrupt: AbortSignal,
  ) => Promise<Result<WatchLock>>;
  readonly tell: Tell;
}

interface Listener {
  /** Reports a possible change. Undefined if nobody wants to know. */
  readonly onChange: ((cause: WatchedPath["cause"]) => void) | undefined;
  /** Reports that somebody else watches this fleet. */
  readonly onRefused: (why: readonly Diagnostic[]) => void;
}

/** A source whose changes are watched. */
export interface Following extends FleetSource {
  /** Ends a wait to be admitted. */
  interrupt(): void;
  close(): Promise<void>;
}

/** The time until a refused watch tries again, ms. */
const retryMs = 5_000;

/**
 * Follows a fleet file, and all places with changes that matter to its fleet. Each reading sets the places again: later
 * changes are reported to `onChange`, and the reading sees the earlier ones.
 */
export function followFleet(
  { machine, location, path, shown, quietMs, admit, tell }: Followed,
  { onChange, onRefused }: Listener,
): Following {
  const early: WatchEvent[] = [];
  // A refused watch reports nothing of the fleet.
  const tellSource: Tell = (event) => {
    if (held !== undefined || event.kind !== "edited") tell(event);
    else early.push(event);
  };
  const source = openSource(location, shown, tellSource, quietMs);
  const watcher = onChange && openPathWatcher(onChange);
  const noteTmuxConfig = tmuxConfigNotes(machine.home);
  const toldUnwatched = new Set<string>();
  let published = "";
  let toldPolling = "";
  const ending = new AbortController();
  let held: WatchLock | undefined;
  let isWaiting = false;
  let config: FleetConfig | undefined;

  async function isAdmitted(wanted: FleetConfig): Promise<boolean> {
    if (held !== undefined) return true;
    const onWait = (holder: string): void => {
      if (!isWaiting) tell({ kind: "note", text: `Waiting for ${holder} to end, which watches this fleet.` });
      isWaiting = true;
    };
    const lock = await admit(wanted, onWait, ending.signal);
    if (ending.signal.aborted && !lock.ok) return false;
    if (!lock.ok) {
      onRefused(lock.diagnostics);
      return false;
    }
    held = lock.value;
    for (const event of early.splice(0)) tell(event);
    return true;
  }

  async function watchFor(wanted: FleetConfig | undefined): Promise<Coverage | undefined> {
    const inputs = inputPathsToWatch(path, wanted, machine);
    return watcher?.update(wanted ? [...inputs, ...machineInterestsOf(wanted)] : inputs);
  }

  /** Returns the paths of the machine. The look at the machine reports an unreadable folder. */
  function machineInterestsOf(wanted: FleetConfig): readonly WatchedPath[] {
    const layout = layoutOf(wanted.name, wanted.tmux.socket, machine);
    try {
      return machinePathsToWatch(wanted, machine, findOverrides(layout).folders);
    } catch {
      return machinePathsToWatch(wanted, machine);
    }
  }

  function tellCoverage(coverage: Coverage): void {
    tellUnwatched(coverage);
    const polling = pollingOf(coverage);
    const text = JSON.stringify(polling) ?? "";
    if (held !== undefined && text !== published) {
      held.publish(polling);
      published = text;
    }
    const novelty = noveltyOf(polling);
    if (novelty === toldPolling) return;
    toldPolling = novelty;
    tell(polling === undefined ? { kind: "polling-over" } : { kind: "polling", ...polling });
  }

  function tellUnwatched({ unwatched }: Coverage): void {
    for (const [code, folders] of unwatchedByCode(unwatched)) {
      const [first, ...others] = folders.filter((folder) => !toldUnwatched.has(folder));
      if (first === undefined) continue;
      for (const folder of [first, ...others]) toldUnwatched.add(folder);
      const all = others.length === 0 ? first : `${first} and ${others.length} more`;
      const text = `${all} cannot be watched (${code}): only the resync sees changes there.`;
      tell({ kind: "note", text });
    }
  }

  return {
    prepare: () => source.prepare(),
    async read(nowMs) {
      let coverage = await watchFor(config);
      const reading = await source.read(nowMs);
      if (reading.config !== undefined && reading.config !== config)
        coverage = await watchFor(reading.config);
      config = reading.config;
      if (config !== undefined && !(await isAdmitted(config))) {
        return { ...reading, config: undefined, isNew: false, againInMs: retryMs };
      }
      if (coverage !== undefined) tellCoverage(coverage);
      const note = config && noteTmuxConfig(config);
      if (note !== undefined) tell({ kind: "note", text: note });
      return reading;
    },
    interrupt: () => ending.abort(),
    async close() {
      watcher?.close();
      held?.release();
    },
  };
}
