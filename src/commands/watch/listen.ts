import { listenForKeys } from "../../report/watch/watch-keys.ts";
import type { WatchReporter } from "../../report/watch/watch-reporter.ts";
import { hasTerminal } from "../../system/terminal.ts";
import type { Watch } from "../../watch/start-watch.ts";

const hungUp = "The terminal is gone";

/** Requests to a watch from outside, by signals and keys. */
interface TerminalListening {
  /** Ends the listening. */
  readonly end: () => void;
  readonly why: () => string;
  readonly hasHungUp: () => boolean;
}

/**
 * Listens to signals and keys. Without a terminal to lose, SIGHUP requests a reconcile by `ask`, as with services.
 */
export function listenToTerminal(
  watch: Watch,
  ask: () => void,
  reporter: WatchReporter,
  isService: boolean,
): TerminalListening {
  let why = "Asked to end";
  const stopFor = (reason: string) => (): void => {
    why = reason;
    watch.stop();
  };
  // Under nohup(1), or without a terminal for another reason, there is none to lose. (Node undoes nohup's own
  // SIG_IGN.)
  const mayHangUp = !isService && (process.stdin.isTTY || process.stdout.isTTY) && hasTerminal();
  const handlers = {
    SIGINT: stopFor("Interrupted"),
    SIGTERM: stopFor("SIGTERM"),
    SIGHUP: mayHangUp ? stopFor(hungUp) : ask,
  } as const;
  const signals = Object.keys(handlers) as (keyof typeof handlers)[];
  for (const signal of signals) process.on(signal, handlers[signal]);
  // `| head`: nobody would see its further work. A service's log may be gone for a while.
  if (!isService) process.stdout.on("error", stopFor("Nobody reads its output"));
  const keys =
    process.stdin.isTTY && reporter.hasKeys
      ? listenForKeys({
          quit: stopFor("Asked to end"),
          reconcile: ask,
          pause: () => watch.togglePause(),
          // A watch that stops in the middle of an apply would block the applies of everybody else.
          async release() {
            await watch.rest();
            reporter.release();
          },
          redraw() {
            reporter.redraw();
            watch.goOn();
          },
        })
      : undefined;
  return {
    why: () => why,
    hasHungUp: () => why === hungUp,
    end() {
      keys?.end();
      for (const signal of signals) process.off(signal, handlers[signal]);
    },
  };
}
