import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { Plan } from "../plan/types.ts";
import type { Exec } from "../system/exec.ts";
import { followActivity, type ActivityFollower } from "./activity/follow-activity.ts";
import type { HeldPlan } from "./reconcile/plan-with-holds.ts";
import { followFleet, type FollowedFleet, type Following } from "./source/follow-fleet.ts";
import { createAlarm } from "./loop/alarm.ts";
import { wakeAt } from "./loop/loop.ts";
import {
  beginWatch,
  isIdleView,
  isStuck,
  stepWatch,
  type WatchState,
  type WatchStateEffect,
  type WatchStateEvent,
  type WatchStateSettings,
} from "./loop/watch-state.ts";
import { createGlances, type Glances } from "./loop/glances.ts";
import { createLookRunner, type LookRunner } from "./look-runner.ts";
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

export interface WatchSurroundings extends FollowedFleet {
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

/** Keeps the machine in line with one fleet file until it is stopped. */
export function startWatch(surroundings: WatchSurroundings): Watch {
  return new RunningWatch(surroundings);
}

/** Executes the steps of a `WatchState`. */
class RunningWatch implements Watch {
  readonly #surroundings: WatchSurroundings;
  readonly #settings: WatchStateSettings;
  readonly #source: Following;
  readonly #looks: LookRunner;
  readonly #glances: Glances;
  readonly #activities: ActivityFollower;
  readonly #alarm = createAlarm(() => this.#take({ kind: "woken" }));
  #state: WatchState;
  #view: WatchView;
  #leave = (): void => undefined;
  readonly left: Promise<readonly Diagnostic[]>;

  constructor(surroundings: WatchSurroundings) {
    const { exec, tell, options, isPersistent, shown } = surroundings;
    this.#surroundings = surroundings;
    this.#settings = { debounceMs: options.debounceMs, isPersistent };
    this.#view = emptyView(shown);
    this.left = new Promise<void>((resolve) => (this.#leave = resolve)).then(() => this.#close());
    const onDrift = (): void => this.#take({ kind: "changed", cause: "drift" });
    this.#source = followFleet(surroundings, {
      onChange: options.events ? (cause) => this.#take({ kind: "changed", cause }) : undefined,
      onRefused: (why) => this.#take({ kind: "refused", why }),
    });
    const reconciler = createReconciler({
      ...surroundings,
      source: this.#source,
      onSeen: (held) => this.#see(held),
      onSlow: () => this.#looks.slow(),
    });
    this.#looks = createLookRunner(reconciler, options.resyncMs, (event) => this.#take(event));
    this.#glances = createGlances(reconciler.glance);
    this.#activities = followActivity({ exec, tell, onFree: onDrift });
    const { state, effects } = beginWatch(performance.now());
    this.#state = state;
    for (const effect of effects) this.#perform(effect);
  }

  ask(): void {
    this.#take({ kind: "asked" });
  }

  togglePause(): void {
    this.#take({ kind: "pause-toggled" });
  }

  async rest(): Promise<void> {
    this.#take({ kind: "rest" });
    await this.#looks.over();
  }

  goOn(): void {
    this.#take({ kind: "go-on" });
  }

  stop(): void {
    this.#source.interrupt();
    this.#take({ kind: "stop" });
  }

  isStuck(limitMs: number): boolean {
    return isStuck(this.#state, performance.now(), limitMs);
  }

  async #close(): Promise<readonly Diagnostic[]> {
    this.#activities.close();
    await this.#source.close();
    return this.#state.whyLeft;
  }

  #take(event: WatchStateEvent): void {
    const { state, effects } = stepWatch(this.#state, event, performance.now(), this.#settings);
    this.#state = state;
    const nextLookMs = this.#alarm.set(wakeAt(state.loop, this.#settings));
    this.#show(viewIn(this.#view, state.loop.kind, nextLookMs));
    for (const effect of effects) this.#perform(effect);
    if (this.#surroundings.isViewed && isIdleView(this.#state)) this.#glances.begin();
    else this.#glances.end();
  }

  #perform(effect: WatchStateEffect): void {
    switch (effect.kind) {
      case "look":
        this.#looks.begin(effect.causes);
        return;
      case "prepare":
        this.#prepareSoon();
        return;
      case "end-look":
        this.#looks.end(effect);
        return;
      case "tell":
        this.#surroundings.tell(effect.event);
        return;
      case "leave":
        this.#leave();
        return;
    }
  }

  #prepareSoon(): void {
    const inMs = this.#settings.debounceMs * preparedAt;
    setTimeout(() => void this.#source.prepare().catch(() => undefined), inMs).unref();
  }

  /** Takes a look at the machine. */
  #see(held: HeldPlan): void {
    this.#surroundings.onSeen?.(held);
    this.#activities.seen(held);
    this.#show(seenView(this.#view, held));
  }

  #show(view: WatchView): void {
    this.#view = view;
    this.#surroundings.show(view);
  }
}
