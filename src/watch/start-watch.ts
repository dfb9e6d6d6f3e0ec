import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../plan/types.ts";
import type { Exec } from "../system/exec.ts";
import { followActivity } from "./activity/follow-activity.ts";
import type { HeldPlan } from "./reconcile/plan-with-holds.ts";
import { followFleet, type Followed } from "./source/follow-fleet.ts";
import { createAlarm } from "./loop/alarm.ts";
import { wakeAt } from "./loop/loop.ts";
import {
  beginSession,
  isIdleView,
  isStuck,
  stepSession,
  type SessionEffect,
  type SessionEvent,
} from "./loop/session.ts";
import { createGlances } from "./loop/glances.ts";
import { createLookRunner } from "./look-runner.ts";
import { createReconciler } from "./reconcile/reconcile.ts";
import { emptyView, seenView, viewIn } from "./shown-view.ts";
import type { WatchView } from "../events/watch-events.ts";

interface WatchOptions {
  /** The time without changes before it looks, ms. */
  readonly debounceMs: number;
  /** The interval of looks without news, ms, give or take a tenth. */
  readonly resyncMs: number;
  /** False if it looks at the resync only, as for files on another machine. */
  readonly events: boolean;
}

export interface WatchSurroundings extends Followed {
  readonly exec: Exec;
  readonly options: WatchOptions;
  /** True if it waits until it may follow the fleet; otherwise it ends. */
  readonly isPersistent: boolean;
  /** True if somebody sees `show`: then the view stays true while the watch is paused. */
  readonly isViewed: boolean;
  /** See ReconcileSurroundings. */
  readonly attachDiffs: (plan: Plan) => Promise<Plan>;
  /** Called with each look at the machine. */
  readonly onSeen?: (look: HeldPlan) => void;
  /** Called whenever there may be something new to show. */
  readonly show: (view: WatchView) => void;
}

/** A running watch. */
export interface Watch {
  /** Looks now, and tries failing agents again. */
  ask(): void;
  togglePause(): void;
  /** Begins nothing more until `goOn`. Fulfilled when nothing is under way. */
  rest(): Promise<void>;
  goOn(): void;
  /** Ends it after the work under way; when called again, at once. Touches no agent. */
  stop(): void;
  /** True while a look has gone on for so long that something must hang, ms. */
  isStuck(limitMs: number): boolean;
  /** Fulfilled when it has ended: with why, unless it was stopped. */
  readonly left: Promise<readonly Diagnostic[]>;
}

/** The part of the debounce after which it begins to parse: a save is usually over by then. */
const preparedAt = 0.25;

/** Keeps the machine in line with one fleet file until it is stopped: executes the steps of a session. */
export function startWatch(surroundings: WatchSurroundings): Watch {
  const { options, isPersistent, isViewed, tell, show } = surroundings;
  const settings = { debounceMs: options.debounceMs, isPersistent };
  const source = followFleet(surroundings, {
    onChange: options.events ? (cause) => take({ kind: "changed", cause }) : undefined,
    onRefused: (why) => take({ kind: "refused", why }),
  });
  const reconciler = createReconciler({ ...surroundings, source, onSeen, onSlow: () => looks.slow() });
  const looks = createLookRunner(reconciler, options.resyncMs, (event) => take(event));
  const glances = createGlances(reconciler.glance);
  const activities = followActivity({
    exec: surroundings.exec,
    tell,
    onFree: () => take({ kind: "changed", cause: "drift" }),
  });
  const alarm = createAlarm(() => take({ kind: "woken" }));
  let view = emptyView(surroundings.shown);
  let leave: () => void;
  const hasLeft = new Promise<void>((resolve) => (leave = resolve));

  let { session, effects } = beginSession(performance.now());
  for (const effect of effects) perform(effect);
  return {
    ask: () => take({ kind: "asked" }),
    togglePause: () => take({ kind: "pause-toggled" }),
    async rest() {
      take({ kind: "rest" });
      await looks.over();
    },
    goOn: () => take({ kind: "go-on" }),
    stop() {
      source.interrupt();
      take({ kind: "stop" });
    },
    isStuck: (limitMs) => isStuck(session, performance.now(), limitMs),
    left: hasLeft
      .then(() => activities.close())
      .then(() => source.close())
      .then(() => session.whyLeft),
  };

  function take(event: SessionEvent): void {
    const next = stepSession(session, event, performance.now(), settings);
    session = next.session;
    const nextLookMs = alarm.set(wakeAt(session.loop, settings));
    showView(viewIn(view, session.loop.kind, nextLookMs));
    for (const effect of next.effects) perform(effect);
    if (isViewed && isIdleView(session)) glances.begin();
    else glances.end();
  }

  function showView(next: WatchView): void {
    view = next;
    show(view);
  }

  function perform(effect: SessionEffect): void {
    switch (effect.kind) {
      case "look":
        looks.begin(effect.causes);
        return;
      case "prepare":
        setTimeout(
          () => void source.prepare().catch(() => undefined),
          options.debounceMs * preparedAt,
        ).unref();
        return;
      case "end-look":
        looks.end(effect);
        return;
      case "tell":
        tell(effect.event);
        return;
      case "leave":
        leave();
        return;
    }
  }

  function onSeen(held: HeldPlan): void {
    surroundings.onSeen?.(held);
    activities.seen(held);
    showView(seenView(view, held));
  }
}
