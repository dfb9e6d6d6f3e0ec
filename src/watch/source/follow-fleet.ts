import type { FleetLocation } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { layoutOf } from "../../desired/layout.ts";
import { findOverrides } from "../../observe/in-force/override-files.ts";
import { scheduleChecker } from "../../observe/schedules.ts";
import type { Polling } from "../../observed/polling.ts";
import type { Exec } from "../../system/exec.ts";
import type { HeldLock } from "../../system/flock.ts";
import type { Machine } from "../../machine/machine.ts";
import { openSource, type FleetSource } from "./fleet-source.ts";
import { inputPathsToWatch, machinePathsToWatch, type WatchedPath } from "../paths/watched-paths.ts";
import type { Coverage } from "../paths/coverage.ts";
import { openPathWatcher } from "../paths/path-watcher.ts";
import { beforeFollowing, stepFollow, type FollowEffect, type FollowEvent } from "./follow-state.ts";
import { tmuxConfigNotes } from "./tmux-config-notes.ts";
import type { Tell } from "../../events/watch-events.ts";

/** The lock of the watches of a fleet. */
interface WatchLock extends HeldLock {
  /** Tells others, such as `fleet status`, the paths polled by this watch; undefined for none. */
  publish(polling: Polling | undefined): void;
}

/** The fleet file to follow, and how. */
export interface Followed {
  readonly exec: Exec;
  readonly machine: Machine;
  /** The location of the file; `path` and `cwd` are set, so it stays the same one. */
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
 * changes are reported to `onChange`, and the reading sees the earlier ones. Executes the steps of a `FollowState`.
 */
export function followFleet(
  { exec, machine, location, path, shown, quietMs, admit, tell }: Followed,
  { onChange, onRefused }: Listener,
): Following {
  let state = beforeFollowing;
  let lock: WatchLock | undefined;
  let config: FleetConfig | undefined;
  const ending = new AbortController();
  const source = openSource(
    location,
    shown,
    (event) => take({ kind: "source-told", event }),
    quietMs,
    scheduleChecker(exec),
  );
  const watcher = onChange && openPathWatcher(onChange);
  const noteTmuxConfig = tmuxConfigNotes(machine.home);

  return {
    prepare: () => source.prepare(),
    included: () => source.included(),
    async read(nowMs) {
      const before = source.included();
      let coverage = await watchFor(config);
      let reading = await source.read(nowMs);
      const isFurther = source.included().some((each) => !before.includes(each));
      if (isFurther || (reading.config !== undefined && reading.config !== config))
        coverage = await watchFor(reading.config);
      if (isFurther) {
        // A file may have changed before it was watched.
        const again = await source.read(nowMs);
        reading = { ...again, isNew: reading.isNew || again.isNew };
      }
      config = reading.config;
      if (config !== undefined && !(await isAdmitted(config))) {
        return { ...reading, config: undefined, isNew: false, againInMs: retryMs };
      }
      if (coverage !== undefined) take({ kind: "covered", coverage });
      const note = config && noteTmuxConfig(config);
      if (note !== undefined) tell({ kind: "note", text: note });
      return reading;
    },
    interrupt: () => ending.abort(),
    async close() {
      watcher?.close();
      lock?.release();
    },
  };

  function take(event: FollowEvent): void {
    const next = stepFollow(state, event);
    ({ state } = next);
    for (const effect of next.effects) perform(effect);
  }

  function perform(effect: FollowEffect): void {
    switch (effect.kind) {
      case "tell":
        tell(effect.event);
        return;
      case "refuse":
        onRefused(effect.why);
        return;
      case "publish":
        lock?.publish(effect.polling);
        return;
    }
  }

  async function isAdmitted(wanted: FleetConfig): Promise<boolean> {
    if (lock !== undefined) return true;
    const onWait = (holder: string): void => take({ kind: "lock-awaited", holder });
    const result = await admit(wanted, onWait, ending.signal);
    if (result.ok) {
      lock = result.value;
      take({ kind: "admitted" });
      return true;
    }
    // An interrupted wait is no refusal.
    if (!ending.signal.aborted) take({ kind: "refused", why: result.diagnostics });
    return false;
  }

  async function watchFor(wanted: FleetConfig | undefined): Promise<Coverage | undefined> {
    const inputs = inputPathsToWatch([path, ...source.included()], wanted, machine);
    return watcher?.update(wanted ? [...inputs, ...machinePathsOf(wanted, machine)] : inputs);
  }
}

/** Returns the paths of the machine. The look at the machine reports an unreadable folder. */
function machinePathsOf(config: FleetConfig, machine: Machine): readonly WatchedPath[] {
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  try {
    return machinePathsToWatch(config, machine, findOverrides(layout).folders);
  } catch {
    return machinePathsToWatch(config, machine);
  }
}
