import { includedFilesOf } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { activityDir, layoutOf, type Layout } from "../../desired/layout.ts";
import type { Machine } from "../../machine/machine.ts";
import { findOverrides } from "../../observe/in-force/override-files.ts";
import { openPathWatcher } from "../paths/path-watcher.ts";
import { inputPathsToWatch, machinePathsToWatch, type WatchedPath } from "../paths/watched-paths.ts";

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
const secondMs = 2_000;
/** The time until a look without news, ms. */
const resyncMs = 60_000;
/** The rest after a look, in times of its processor time, at least: a crash loop must not use up a processor. */
const leastRest = 10;

/**
 * Calls `look` now, after each change of the fleet's files, units and sockets, and once a minute. `look` returns the
 * configuration it has read, or undefined to keep the last one. `hear` is called at once with each changed path.
 */
export function followMachine(
  path: string,
  machine: Machine,
  look: () => Promise<FleetConfig | undefined>,
  hear?: (path: string) => void,
): MachineFollower {
  let config: FleetConfig | undefined;
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isDue = false;
  let isClosed = false;
  /** No look begins before, by performance.now(). */
  let notBefore = 0;
  /** The time of the first change no look has seen, by performance.now(). */
  let changedAt: number | undefined;
  const watcher = openPathWatcher((_, changed) => {
    hear?.(changed);
    readSoon();
  });
  void lookAndRest();
  return {
    ask() {
      notBefore = 0;
      readSoon();
    },
    close() {
      isClosed = true;
      clearTimeout(timer);
      watcher.close();
    },
  };

  function readSoon(): void {
    isDue = true;
    const now = performance.now();
    changedAt ??= now;
    const settledMs = Math.min(quietMs, changedAt + longestMs - now);
    if (!isLooking && !isClosed) wakeIn(Math.max(settledMs, notBefore - now));
  }

  function wakeIn(ms: number): void {
    clearTimeout(timer);
    timer = setTimeout(() => void lookAndRest(), ms);
  }

  async function lookAndRest(): Promise<void> {
    isLooking = true;
    const isForChange = isDue;
    isDue = false;
    changedAt = undefined;
    const before = process.cpuUsage();
    const watched = pathsOf(config);
    await watcher.update(watched);
    const read = await look();
    if (read !== undefined && !isClosed) {
      config = read;
      const paths = pathsOf(config);
      await watcher.update(paths);
      // Nobody has reported the changes of a new path since the look has read it.
      const known = new Set(watched.map((each) => each.path));
      isDue ||= paths.some((each) => !known.has(each.path));
    }
    const { user, system } = process.cpuUsage(before);
    notBefore = performance.now() + (leastRest * (user + system)) / 1000;
    isLooking = false;
    if (isDue) readSoon();
    else if (!isClosed) wakeIn(isForChange ? secondMs : resyncMs);
  }

  function pathsOf(wanted: FleetConfig | undefined): readonly WatchedPath[] {
    const inputs = [...inputPathsToWatch([path, ...includedFilesOf(wanted)], wanted, machine)];
    if (wanted === undefined) return inputs;
    const layout = layoutOf(wanted.name, wanted.tmux.socket, machine);
    inputs.push(activityToWatch(layout));
    try {
      return [...inputs, ...machinePathsToWatch(wanted, machine, findOverrides(layout).folders)];
    } catch {
      // The look reports an unreadable folder.
      return [...inputs, ...machinePathsToWatch(wanted, machine)];
    }
  }
}

/** Returns the folder of the reports of agents. A report is renamed into its place, from a name with a dot before it. */
export function activityToWatch(layout: Layout): WatchedPath {
  return { path: activityDir(layout), cause: "drift", children: (name) => !name.startsWith(".") };
}
