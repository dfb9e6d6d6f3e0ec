import { includedFilesOf } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { activityDir, layoutOf, type Layout } from "../../desired/layout.ts";
import type { Machine } from "../../machine/machine.ts";
import { openPathWatcher, type PathWatcher } from "../paths/path-watcher.ts";
import { inputPathsToWatch, machinePathsToWatch, type WatchedPath } from "../paths/watched-paths.ts";
import { restAfter } from "../rest-after.ts";

/** Looks at a fleet for as long as somebody watches. It takes no lock and changes nothing. */
export interface MachineFollower {
  /** Looks now. */
  ask(): void;
  close(): void;
}

/** The time without changes before a look, ms. */
const quietMs = 200;
/** The longest time from a change to the next look, ms: many agents together may never be quiet. */
const longestMs = 700;
/** The time from a look at a change to a second one, ms: a screen may show a limit after the report of an end. */
export const secondLookMs = 2_000;
/** The time until a look without news, ms. */
const resyncMs = 60_000;

/** The means of a follower of a machine. */
interface FollowedMachine {
  /** The path of the fleet file. */
  readonly path: string;
  readonly machine: Machine;
  /** Returns the configuration it has read, or undefined to keep the last one. */
  readonly look: () => Promise<FleetConfig | undefined>;
  /** Called at once with each changed path. */
  readonly hear?: ((path: string) => void) | undefined;
}

/** Calls `look` now, after each change of the fleet's files, units and sockets, and once a minute. */
export function followMachine(
  path: string,
  machine: Machine,
  look: () => Promise<FleetConfig | undefined>,
  hear?: (path: string) => void,
): MachineFollower {
  return new PacedFollower({ path, machine, look, hear });
}

class PacedFollower implements MachineFollower {
  readonly #followed: FollowedMachine;
  readonly #watcher: PathWatcher;
  #config: FleetConfig | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isLooking = false;
  /** True if something has changed since the start of the last look. */
  #isDue = false;
  #isClosed = false;
  /** No look begins before, by performance.now(). */
  #notBefore = 0;
  /** The time of the first change no look has seen, by performance.now(). */
  #changedAt: number | undefined;

  constructor(followed: FollowedMachine) {
    this.#followed = followed;
    this.#watcher = openPathWatcher((_, changed) => {
      followed.hear?.(changed);
      this.#lookSoon();
    });
    void this.#lookAndRest();
  }

  ask(): void {
    this.#notBefore = 0;
    this.#lookSoon();
  }

  close(): void {
    this.#isClosed = true;
    clearTimeout(this.#timer);
    this.#watcher.close();
  }

  #lookSoon(): void {
    this.#isDue = true;
    const now = performance.now();
    this.#changedAt ??= now;
    const settledMs = Math.min(quietMs, this.#changedAt + longestMs - now);
    if (!this.#isLooking && !this.#isClosed) this.#wakeIn(Math.max(settledMs, this.#notBefore - now));
  }

  #wakeIn(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#lookAndRest(), ms);
  }

  async #lookAndRest(): Promise<void> {
    this.#isLooking = true;
    const isForChange = this.#isDue;
    this.#isDue = false;
    this.#changedAt = undefined;
    const before = process.cpuUsage();
    const hasNewPath = await this.#lookAndWatch();
    this.#isDue ||= hasNewPath;
    this.#notBefore = restAfter(before);
    this.#isLooking = false;
    if (this.#isDue) this.#lookSoon();
    else if (!this.#isClosed) this.#wakeIn(isForChange ? secondLookMs : resyncMs);
  }

  /** Returns true for a new path: nobody has reported its changes since the look has read it. */
  async #lookAndWatch(): Promise<boolean> {
    const { path, machine, look } = this.#followed;
    const watched = pathsToFollow(path, machine, this.#config);
    await this.#watcher.update(watched);
    const read = await look();
    if (read === undefined || this.#isClosed) return false;
    this.#config = read;
    const paths = pathsToFollow(path, machine, read);
    await this.#watcher.update(paths);
    const known = new Set(watched.map((each) => each.path));
    return paths.some((each) => !known.has(each.path));
  }
}

function pathsToFollow(
  path: string,
  machine: Machine,
  config: FleetConfig | undefined,
): readonly WatchedPath[] {
  const inputs = inputPathsToWatch([path, ...includedFilesOf(config)], config, machine);
  if (config === undefined) return inputs;
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  return [...inputs, activityToWatch(layout), ...machinePathsToWatch(config, machine)];
}

/** Returns the folder of the reports of agents. A report is renamed into its place, from a name with a dot before it. */
export function activityToWatch(layout: Layout): WatchedPath {
  return { path: activityDir(layout), cause: "drift", children: (name) => !name.startsWith(".") };
}
