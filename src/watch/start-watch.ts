import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import { agentStatuses } from "../plan/explain/status.ts";
import type { Plan } from "../plan/types.ts";
import type { Exec } from "../system/exec.ts";
import type { HeldPlan } from "./reconcile/plan-with-holds.ts";
import { followFleet, type Followed } from "./source/follow-fleet.ts";
import type { Cause } from "../events/watch-events.ts";
import { begin, step, wakeAt, type LoopEffect, type LoopEvent } from "./loop/loop.ts";
import { resyncIn } from "./reconcile/next-reconcile.ts";
import { createGlances } from "./loop/glances.ts";
import { createLooks } from "./reconcile/reconcile.ts";
import type { WatchView } from "../events/watch-events.ts";

interface WatchOptions {
  /** How long nothing may change before it looks, ms. */
  readonly debounceMs: number;
  /** How often it looks though nothing seems new, ms, give or take a tenth. */
  readonly resyncMs: number;
  /** False where it goes by the resync alone, as for files on another machine. */
  readonly events: boolean;
}

export interface WatchSurroundings extends Followed {
  readonly exec: Exec;
  readonly options: WatchOptions;
  /** True where it waits until it is admitted; else it ends. */
  readonly isPersistent: boolean;
  /** True if somebody sees `show`: then the view stays true while the watch is paused. */
  readonly isViewed: boolean;
  /** See PassSurroundings. */
  readonly attachDiffs: (plan: Plan) => Promise<Plan>;
  /** Called whenever there may be something new to show. */
  readonly show: (view: WatchView) => void;
}

/** A watch that runs. */
export interface Watch {
  /** Looks now, and tries those again that keep failing. */
  ask(): void;
  togglePause(): void;
  /** Begins nothing more until `goOn`. Fulfilled when nothing is under way. */
  rest(): Promise<void>;
  goOn(): void;
  /** Ends it after what is under way; once more, at once. Touches no agent. */
  stop(): void;
  /** True while a look has gone on for so long that something must hang, ms. */
  isStuck(limitMs: number): boolean;
  /** Fulfilled when it has ended: with why, unless it was stopped. */
  readonly left: Promise<readonly Diagnostic[]>;
}

/** By when of the debounce it begins to parse: a save is over by then, as a rule. */
const preparedAt = 0.25;

/** How long an end waits for calls that are under way, ms: systemd finishes what it was asked for in any case. */
const leaveMs = 5_000;

/** A look that is under way. */
interface Looking {
  readonly soon: AbortController;
  readonly now: AbortController;
  readonly sinceMs: number;
  readonly over: Promise<void>;
}

/** Keeps the machine in line with one fleet file until it is stopped. */
export function startWatch(surroundings: WatchSurroundings): Watch {
  const { machine, exec, shown, options, isPersistent, isViewed, tell, attachDiffs, show } = surroundings;
  const source = followFleet(surroundings, { onChange: options.events ? onChange : undefined, onRefused });
  let view: WatchView = {
    fleet: undefined,
    file: shown,
    state: "looking",
    agents: [],
    seenMs: 0,
    nextLookMs: undefined,
  };
  let timer: NodeJS.Timeout | undefined;
  let looking: Looking | undefined;
  let isResting = false;
  let isPauseNews = false;
  let refusal = "";
  let slowTimer: NodeJS.Timeout | undefined;
  let lastBug = "";
  let whyLeft: readonly Diagnostic[] = [];
  let leave: () => void;
  const hasLeft = new Promise<void>((resolve) => (leave = resolve));
  const left = hasLeft.then(() => source.close()).then(() => whyLeft);

  const onSlow = (): void => {
    // What the time brings about for others does not wait for it either.
    slowTimer ??= setTimeout(() => dispatch({ kind: "changed", cause: "drift" }), options.resyncMs);
    dispatch({ kind: "slow" });
  };
  const { pass, glance } = createLooks({ machine, exec, source, tell, attachDiffs, onSeen, onSlow });
  const glances = createGlances(glance);

  function onRefused(why: readonly Diagnostic[]): void {
    if (isPersistent) {
      // That somebody else watches is told by whoever waits for that.
      const summary = why.find(({ code }) => code !== "locked")?.summary ?? "";
      if (summary !== "" && summary !== refusal) tell({ kind: "problem", diagnostics: why });
      refusal = summary;
      return;
    }
    whyLeft = why;
    dispatch({ kind: "stop" });
  }

  function onChange(cause: "edit" | "drift"): void {
    // While it waits for more, it may as well parse what is there already.
    if (cause === "edit" && state.kind === "waiting") {
      setTimeout(() => void source.prepare().catch(() => undefined), options.debounceMs * preparedAt).unref();
    }
    dispatch({ kind: "changed", cause });
  }

  function onSeen({ desired, observed, whole }: HeldPlan): void {
    const agents = agentStatuses(desired, observed, whole);
    view = { ...view, fleet: desired.layout.fleet, agents, seenMs: observed.now };
    show(view);
  }

  async function look(causes: readonly Cause[]): Promise<void> {
    const [soon, now] = [new AbortController(), new AbortController()];
    let end = (): void => undefined;
    const over = new Promise<void>((resolve) => (end = resolve));
    looking = { soon, now, over, sinceMs: performance.now() };
    const interruption = { soon: soon.signal, now: now.signal };
    const resync = resyncIn(options.resyncMs, Math.random());
    let nextInMs = resync;
    try {
      nextInMs = Math.min((await pass(causes, interruption)) ?? resync, resync);
      lastBug = "";
    } catch (error) {
      const bug = bugIn(error);
      if (bug.summary !== lastBug) tell({ kind: "problem", diagnostics: [bug] });
      lastBug = bug.summary;
    }
    looking = undefined;
    clearTimeout(slowTimer);
    slowTimer = undefined;
    dispatch({ kind: "ended", nextInMs });
    end();
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
    tellPause();
    glanceIfPaused();
  }

  function glanceIfPaused(): void {
    if (isViewed && state.kind === "paused" && !isResting) glances.begin();
    else glances.end();
  }

  function tellPause(): void {
    if (!isPauseNews || state.kind !== "paused") return;
    isPauseNews = false;
    tell({ kind: "paused" });
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
      isPauseNews = isPaused() && !wasPaused;
      if (wasPaused && !isPaused()) tell({ kind: "resumed" });
      // Whoever asks for a pause wants nothing more to be begun.
      if (isPauseNews) looking?.soon.abort("a pause");
      tellPause();
    },
    async rest() {
      if (isResting) return;
      glances.end();
      isResting = !isPaused();
      if (isResting) dispatch({ kind: "pause-toggled" });
      looking?.soon.abort("a rest");
      looking?.now.abort("a rest");
      await looking?.over;
    },
    goOn() {
      if (isResting) dispatch({ kind: "pause-toggled" });
      isResting = false;
      glanceIfPaused();
    },
    stop() {
      source.interrupt();
      const isSecond = looking?.soon.signal.aborted;
      looking?.soon.abort("the end of the watch");
      if (isSecond) looking?.now.abort("the end of the watch");
      else {
        const running = looking;
        setTimeout(() => running?.now.abort("the end of the watch"), leaveMs).unref();
      }
      dispatch({ kind: "stop" });
    },
    // Units may take as long to stop as fleet.yaml lets them.
    isStuck: (limitMs) =>
      looking !== undefined &&
      state.kind === "looking" &&
      state.stage === "busy" &&
      performance.now() - looking.sinceMs > limitMs,
    left,
  };

  function isPaused(): boolean {
    return state.kind === "paused" || (state.kind === "looking" && state.thenPause);
  }
}

/** The agents are better off with a watch that says what it should not have done, and goes on. */
function bugIn(error: unknown): Diagnostic {
  const stack = error instanceof Error && process.env["DEBUG"] ? error.stack : undefined;
  return {
    severity: "error",
    code: "internal",
    summary: `mosaic-fleet failed in a way that it should not: ${String(error)}`,
    detail: stack,
    hint: "it goes on, and looks again with the next resync; run it with DEBUG=1 and report what it says",
  };
}
