import type { Diagnostic } from "../diagnostics/diagnostic.ts";
import type { LookCause } from "../events/watch-events.ts";
import type { WatchStateEffect, WatchStateEvent } from "./loop/watch-state.ts";
import type { PassEnd, Reconciler } from "./reconcile/reconcile.ts";
import { jittered } from "../text/durations.ts";

/** The looks of a watch, one at a time. */
export interface LookRunner {
  begin(causes: readonly LookCause[]): void;
  /** Ends the look under way, if there is one. */
  end(effect: Extract<WatchStateEffect, { kind: "end-look" }>): void;
  /** Reports that the look under way only waits for slow units. */
  slow(): void;
  /** Fulfilled when no look is under way. */
  over(): Promise<void>;
}

/** The time for calls under way at the end, ms: systemd finishes its jobs in any case. */
const leaveMs = 5_000;

/** A look under way. */
interface RunningLook {
  readonly soon: AbortController;
  readonly now: AbortController;
  readonly over: Promise<void>;
}

/** Returns a runner of passes. `take` gets an event at each end. `resyncMs` is the longest time between two looks. */
export function createLookRunner(
  { pass }: Pick<Reconciler, "pass">,
  resyncMs: number,
  take: (event: WatchStateEvent) => void,
): LookRunner {
  let running: RunningLook | undefined;
  let slowTimer: NodeJS.Timeout | undefined;
  return {
    begin: (causes) => void runLook(causes),
    end({ how, why }) {
      const ending = running;
      if (how === "now-later") setTimeout(() => ending?.now.abort(why), leaveMs).unref();
      else ending?.[how].abort(why);
    },
    slow() {
      // Other agents may become due in that time, so a slow look does not delay the resync.
      slowTimer ??= setTimeout(() => take({ kind: "changed", cause: "drift" }), resyncMs);
      take({ kind: "slow" });
    },
    over: async () => running?.over,
  };

  async function runLook(causes: readonly LookCause[]): Promise<void> {
    const [soon, now] = [new AbortController(), new AbortController()];
    let resolveOver = (): void => undefined;
    const over = new Promise<void>((resolve) => (resolveOver = resolve));
    running = { soon, now, over };
    const resync = jittered(resyncMs, Math.random());
    let end: PassEnd = { nextInMs: undefined, isFinished: false };
    let bug: Diagnostic | undefined;
    try {
      end = await pass(causes, { soon: soon.signal, now: now.signal });
    } catch (error) {
      bug = bugIn(error);
    }
    running = undefined;
    clearTimeout(slowTimer);
    slowTimer = undefined;
    const nextInMs = Math.min(end.nextInMs ?? resync, resync);
    take({ kind: "ended", nextInMs, openCauses: end.isFinished ? [] : causes, bug });
    resolveOver();
  }
}

/** Returns a diagnostic of a bug. The watch goes on after it. */
function bugIn(error: unknown): Diagnostic {
  const stack = error instanceof Error && process.env["DEBUG"] ? error.stack : undefined;
  return {
    severity: "error",
    code: "internal",
    summary: `internal error (a bug in mosaic-fleet): ${String(error)}`,
    detail: stack,
    hint: "the watch continues, and observes again at the next resync; run it with DEBUG=1 and report the output",
  };
}
