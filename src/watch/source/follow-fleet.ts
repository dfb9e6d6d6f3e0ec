import type { FleetLocation } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import { scheduleChecker } from "../../observe/schedules.ts";
import type { Polling } from "../../observed/polling.ts";
import type { Exec } from "../../system/exec.ts";
import type { HeldLock } from "../../system/flock.ts";
import type { Machine } from "../../machine/machine.ts";
import { openSource, type FleetSource } from "./fleet-source.ts";
import { inputPathsToWatch, machinePathsToWatch, type WatchedPath } from "../paths/watched-paths.ts";
import type { Coverage } from "../paths/coverage.ts";
import { openPathWatcher, type PathWatcher } from "../paths/path-watcher.ts";
import { beforeFollowing, stepFollow, type FollowEffect, type FollowEvent } from "./follow-state.ts";
import type { SourceReading } from "./source-state.ts";
import { tmuxConfigNotes } from "./tmux-config-notes.ts";
import type { Tell } from "../../events/watch-events.ts";

/** The lock of the watches of a fleet. */
interface WatchLock extends HeldLock {
  /** Tells others, such as `fleet status`, the paths polled by this watch; undefined for none. */
  publish(polling: Polling | undefined): void;
}

/** The fleet file to follow, and how. */
export interface FollowedFleet {
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

/** A reading after which all its places are watched. */
interface WatchedReading {
  readonly reading: SourceReading;
  readonly coverage: Coverage | undefined;
}

/** The time until a refused watch tries again, ms. */
const lockRetryMs = 5_000;

/**
 * Follows a fleet file, and all places with changes that matter to its fleet. Each reading sets the places again: later
 * changes are reported to `onChange`, and the reading sees the earlier ones. Executes the steps of a `FollowState`.
 */
export function followFleet(followed: FollowedFleet, listener: Listener): Following {
  return new FleetFollower(followed, listener);
}

class FleetFollower implements Following {
  readonly #followed: FollowedFleet;
  readonly #listener: Listener;
  readonly #source: FleetSource;
  readonly #watcher: PathWatcher | undefined;
  readonly #tmuxNotes: ReturnType<typeof tmuxConfigNotes>;
  readonly #ending = new AbortController();
  #state = beforeFollowing;
  /** Undefined until the watch is admitted. */
  #lock: WatchLock | undefined;
  /** The configuration of the last reading; undefined if it had none. */
  #config: FleetConfig | undefined;

  constructor(followed: FollowedFleet, listener: Listener) {
    const { exec, machine, location, shown, quietMs } = followed;
    const tellNews: Tell = (event) => this.#take({ kind: "source-told", event });
    this.#followed = followed;
    this.#listener = listener;
    this.#source = openSource(location, shown, tellNews, quietMs, scheduleChecker(exec));
    this.#watcher = listener.onChange && openPathWatcher(listener.onChange);
    this.#tmuxNotes = tmuxConfigNotes(machine.home);
  }

  prepare(): Promise<void> {
    return this.#source.prepare();
  }

  included(): readonly string[] {
    return this.#source.included();
  }

  async read(nowMs: number): Promise<SourceReading> {
    const { reading, coverage } = await this.#readWatched(nowMs);
    const { config } = reading;
    this.#config = config;
    if (config !== undefined && !(await this.#isAdmitted(config))) {
      return { ...reading, config: undefined, isNew: false, againInMs: lockRetryMs };
    }
    if (coverage !== undefined) this.#take({ kind: "covered", coverage });
    const note = config && this.#tmuxNotes(config);
    if (note !== undefined) this.#followed.tell({ kind: "note", text: note });
    return reading;
  }

  interrupt(): void {
    this.#ending.abort();
  }

  async close(): Promise<void> {
    this.#watcher?.close();
    this.#lock?.release();
  }

  /** Reads the files, after all their places are watched. */
  async #readWatched(nowMs: number): Promise<WatchedReading> {
    const before = this.#source.included();
    const coverage = await this.#watch(this.#config);
    const reading = await this.#source.read(nowMs);
    const { config } = reading;
    const isFurther = this.#source.included().some((each) => !before.includes(each));
    if (!isFurther && (config === undefined || config === this.#config)) return { reading, coverage };
    const further = await this.#watch(config);
    if (!isFurther) return { reading, coverage: further };
    // A file may have changed before it was watched.
    const again = await this.#source.read(nowMs);
    return { reading: { ...again, isNew: reading.isNew || again.isNew }, coverage: further };
  }

  async #watch(wanted: FleetConfig | undefined): Promise<Coverage | undefined> {
    const { path, machine } = this.#followed;
    const inputs = inputPathsToWatch([path, ...this.#source.included()], wanted, machine);
    return this.#watcher?.update(wanted ? [...inputs, ...machinePathsToWatch(wanted, machine)] : inputs);
  }

  async #isAdmitted(wanted: FleetConfig): Promise<boolean> {
    if (this.#lock !== undefined) return true;
    const onWait = (holder: string): void => this.#take({ kind: "lock-awaited", holder });
    const result = await this.#followed.admit(wanted, onWait, this.#ending.signal);
    if (result.ok) {
      this.#lock = result.value;
      this.#take({ kind: "admitted" });
      return true;
    }
    // An interrupted wait is no refusal.
    if (!this.#ending.signal.aborted) this.#take({ kind: "refused", why: result.diagnostics });
    return false;
  }

  #take(event: FollowEvent): void {
    const { state, effects } = stepFollow(this.#state, event);
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  #perform(effect: FollowEffect): void {
    switch (effect.kind) {
      case "tell":
        this.#followed.tell(effect.event);
        return;
      case "refuse":
        this.#listener.onRefused(effect.why);
        return;
      case "publish":
        this.#lock?.publish(effect.polling);
        return;
    }
  }
}
