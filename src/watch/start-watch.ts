import type { FleetLocation } from "../config/load.ts";
import type { FleetConfig } from "../config/types.ts";
import { agentStatuses } from "../plan/status.ts";
import type { Plan } from "../plan/types.ts";
import type { Diagnostic, Result } from "../diagnostics/diagnostic.ts";
import type { HeldLock } from "../system/flock.ts";
import type { Exec } from "../system/exec.ts";
import type { Interruption } from "../system/interruption.ts";
import type { Machine } from "../system/machine.ts";
import type { Considered } from "./consider.ts";
import { openSource } from "./fleet-source.ts";
import { inputInterests, machineInterests } from "./interests.ts";
import { begin, step, wakeAt, type Cause, type LoopEffect, type LoopEvent } from "./loop.ts";
import { resyncIn } from "./next-look.ts";
import { createPass } from "./pass.ts";
import { openPathWatcher, type Unwatched } from "./path-watcher.ts";
import { tmuxConfigNotes } from "./tmux-config.ts";
import type { Tell, WatchEvent, WatchView } from "./types.ts";

export interface WatchOptions {
  /** How long nothing may change before it looks, ms. */
  readonly debounceMs: number;
  /** How often it looks though nothing seems new, ms, give or take a tenth. */
  readonly resyncMs: number;
  /** False where it goes by the resync alone, as for files on another machine. */
  readonly events: boolean;
}

export interface WatchSurroundings {
  readonly machine: Machine;
  readonly exec: Exec;
  /** Of the file that is followed; `path` and `cwd` are set, so that it stays the same one. */
  readonly location: FleetLocation;
  /** The same, absolute. */
  readonly path: string;
  /** The same, as people are told of it. */
  readonly shown: string;
  readonly options: WatchOptions;
  /**
   * Called with the first good configuration: takes the lock of those that watch this fleet. `onWait` is told for whom it
   * waits, if for anybody.
   */
  readonly admit: (config: FleetConfig, onWait: (holder: string) => void) => Promise<Result<HeldLock>>;
  /** True where it waits until it is admitted; else it ends. */
  readonly isPersistent: boolean;
  readonly tell: Tell;
  /** See PassSurroundings. */
  readonly withDiffs: (plan: Plan) => Promise<Plan>;
  /** Called whenever there may be something new to show. */
  readonly show: (view: WatchView) => void;
}

/** A watch that runs. */
export interface Watch {
  /** Looks now, and tries those again that keep failing. */
  ask(): void;
  togglePause(): void;
  /** Ends it after what is under way; once more, at once. Touches no agent. */
  stop(): void;
  /** True while a look has gone on for so long that something must hang, ms. */
  isStuck(limitMs: number): boolean;
  /** Fulfilled when it has ended: with why, unless it was stopped. */
  readonly left: Promise<readonly Diagnostic[]>;
}

/** When a watch that was not admitted tries again, ms. */
const retryMs = 5_000;

/** By when of the debounce it begins to parse: a save is over by then, as a rule. */
const preparedAt = 0.25;

/** How long an end waits for calls that are under way, ms: systemd finishes what it was asked for in any case. */
const leaveMs = 5_000;

/** Keeps the machine in line with one fleet file until it is stopped. */
export function startWatch(surroundings: WatchSurroundings): Watch {
  const { machine, exec, location, path, shown, options, tell, withDiffs, show } = surroundings;
  const { admit, isPersistent } = surroundings;
  const early: WatchEvent[] = [];
  // Whoever is not admitted has nothing to say of the fleet.
  const source = openSource(location, shown, (event) => {
    if (held !== undefined || event.kind !== "edited") tell(event);
    else early.push(event);
  });
  const watcher = options.events ? openPathWatcher(onChange) : undefined;
  const noteTmuxConfig = tmuxConfigNotes(machine.home);
  const toldUnwatched = new Set<string>();
  let isWaiting = false;
  let config: FleetConfig | undefined;
  let view: WatchView = {
    fleet: undefined,
    file: shown,
    state: "looking",
    agents: [],
    seenMs: 0,
    nextLookMs: undefined,
  };
  let timer: NodeJS.Timeout | undefined;
  let looking:
    { readonly soon: AbortController; readonly now: AbortController; readonly sinceMs: number } | undefined;
  let held: HeldLock | undefined;
  let whyLeft: readonly Diagnostic[] = [];
  let leave: () => void;
  const hasLeft = new Promise<void>((resolve) => (leave = resolve));
  const left = hasLeft.then(() => held?.release()).then(() => whyLeft);

  const pass = createPass({
    machine,
    exec,
    tell,
    withDiffs,
    source: {
      ...source,
      // What changes after this is told by an event, and what has changed before is read.
      async read(nowMs) {
        watchFor(config);
        const reading = await source.read(nowMs);
        if (reading.config !== undefined && reading.config !== config) watchFor(reading.config);
        config = reading.config;
        if (config !== undefined && !(await isAdmitted(config))) {
          return { config: undefined, isNew: false, againInMs: retryMs };
        }
        const note = config && noteTmuxConfig(config);
        if (note !== undefined) tell({ kind: "note", text: note });
        return reading;
      },
    },
    onSeen,
    onSlow: () => dispatch({ kind: "slow" }),
  });

  async function isAdmitted(wanted: FleetConfig): Promise<boolean> {
    if (held !== undefined) return true;
    const lock = await admit(wanted, (holder) => {
      if (!isWaiting) tell({ kind: "note", text: `Waiting for ${holder} to end, which watches this fleet.` });
      isWaiting = true;
    });
    if (lock.ok) {
      held = lock.value;
      for (const event of early.splice(0)) tell(event);
    } else if (!isPersistent) {
      whyLeft = lock.diagnostics;
      dispatch({ kind: "stop" });
    }
    return lock.ok;
  }

  function onChange(cause: "edit" | "drift"): void {
    // While it waits for more, it may as well parse what is there already.
    if (cause === "edit" && state.kind === "waiting") {
      setTimeout(() => void source.prepare().catch(() => undefined), options.debounceMs * preparedAt).unref();
    }
    dispatch({ kind: "changed", cause });
  }

  function watchFor(wanted: FleetConfig | undefined): void {
    if (watcher === undefined) return;
    const inputs = inputInterests(path, wanted, machine);
    tellUnwatched(watcher.update(wanted ? [...inputs, ...machineInterests(wanted, machine)] : inputs));
  }

  function tellUnwatched(unwatched: readonly Unwatched[]): void {
    for (const { folder, code } of unwatched) {
      if (toldUnwatched.has(folder)) continue;
      toldUnwatched.add(folder);
      const why = code === "ENOSPC" ? "sysctl fs.inotify.max_user_watches is used up" : code;
      tell({
        kind: "note",
        text: `${folder} cannot be watched (${why}): what changes there is seen by the resync only.`,
      });
    }
  }

  function onSeen({ desired, observed, whole }: Considered): void {
    const agents = agentStatuses(desired, observed, whole);
    view = { ...view, fleet: desired.layout.fleet, agents, seenMs: observed.now };
    show(view);
  }

  async function look(causes: readonly Cause[]): Promise<void> {
    const [soon, now] = [new AbortController(), new AbortController()];
    looking = { soon, now, sinceMs: performance.now() };
    const interruption: Interruption = { soon: soon.signal, now: now.signal };
    const resync = resyncIn(options.resyncMs, Math.random());
    let nextInMs = resync;
    try {
      nextInMs = Math.min((await pass(causes, interruption)) ?? resync, resync);
    } catch (error) {
      // A bug: the agents are better off with a watch that says so and goes on.
      const summary = `mosaic-fleet failed in a way that it should not: ${String(error)}`;
      const detail = error instanceof Error ? error.stack : undefined;
      tell({ kind: "problem", diagnostics: [{ severity: "error", code: "internal", summary, detail }] });
    }
    looking = undefined;
    dispatch({ kind: "ended", nextInMs });
  }

  function perform(effect: LoopEffect): void {
    switch (effect.kind) {
      case "look":
        void look(effect.causes);
        return;
      case "cut-short":
        looking?.soon.abort("another change");
        looking?.now.abort("another change");
        return;
      case "leave":
        clearTimeout(timer);
        watcher?.close();
        leave();
        return;
    }
  }

  let { state, effects } = begin();

  function dispatch(event: LoopEvent): void {
    const next = step(state, event, performance.now(), options);
    state = next.state;
    for (const effect of next.effects) perform(effect);
    arm();
  }

  function arm(): void {
    clearTimeout(timer);
    const at = wakeAt(state, options);
    const inMs = at === undefined ? undefined : Math.max(at - performance.now(), 0);
    // Timers may come a moment early.
    if (inMs !== undefined) timer = setTimeout(() => dispatch({ kind: "woken" }), Math.ceil(inMs));
    view = { ...view, state: state.kind, nextLookMs: inMs };
    show(view);
  }

  for (const effect of effects) perform(effect);
  return {
    ask: () => dispatch({ kind: "asked" }),
    togglePause() {
      const wasPaused = isPaused();
      dispatch({ kind: "pause-toggled" });
      if (isPaused() !== wasPaused) tell({ kind: wasPaused ? "resumed" : "paused" });
    },
    stop() {
      const isSecond = looking?.soon.signal.aborted;
      looking?.soon.abort("the end of the watch");
      if (isSecond) looking?.now.abort("the end of the watch");
      else {
        const running = looking;
        setTimeout(() => running?.now.abort("the end of the watch"), leaveMs).unref();
      }
      dispatch({ kind: "stop" });
    },
    isStuck: (limitMs) => looking !== undefined && performance.now() - looking.sinceMs > limitMs,
    left,
  };

  function isPaused(): boolean {
    return state.kind === "paused" || (state.kind === "looking" && state.thenPause);
  }
}
