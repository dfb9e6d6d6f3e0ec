/** Requests to end a run early. The reason of both is the signal's name. */
export interface StopSignals {
  /** Ctrl-C or SIGTERM: finish the current action, and begin no other. */
  readonly soon: AbortSignal;
  /** The same once more: stop at once. */
  readonly now: AbortSignal;
}

/** The request of a signal, for messages to the user. */
export type Request = "soon" | "now" | "go-on";

/** An interruption that never comes. */
export const uninterrupted: StopSignals = {
  soon: new AbortController().signal,
  now: new AbortController().signal,
};

/** The requests to end a run, until `end` is called. */
interface Listening {
  readonly stopSignals: StopSignals;
  readonly end: () => void;
}

/** The signals that ask a command to end. */
export const endingSignals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** timeout(1) signals the process and then its group: the same signal within this time counts once, ms. */
const echoMs = 200;

/**
 * Takes signals as requests, until `end` is called. SIGHUP, the loss of the terminal, asks for nothing: a
 * finished apply is better than half of one. After the second SIGINT or SIGTERM the next has its usual
 * effect. With `stop`, only that signal of a caller ends the run, in the place of SIGINT.
 */
export function listenForSignals(
  told: (request: Request, signal: NodeJS.Signals) => void,
  stop?: AbortSignal,
): Listening {
  if (stop !== undefined) return listenToCaller(told, stop);
  const soon = new AbortController();
  const now = new AbortController();
  let firstAt = 0;
  const onSignal = (signal: NodeJS.Signals): void => {
    if (signal === "SIGHUP") return told("go-on", signal);
    const isSecond = soon.signal.aborted;
    if (isSecond && performance.now() - firstAt < echoMs) return;
    firstAt = performance.now();
    // The message comes first, because the abort causes further messages.
    told(isSecond ? "now" : "soon", signal);
    (isSecond ? now : soon).abort(signal);
    if (isSecond) stopListening();
  };
  const stopListening = (): void => endingSignals.forEach((signal) => process.off(signal, onSignal));
  for (const signal of endingSignals) process.on(signal, onSignal);
  return { stopSignals: { soon: soon.signal, now: now.signal }, end: stopListening };
}

function listenToCaller(
  told: (request: Request, signal: NodeJS.Signals) => void,
  stop: AbortSignal,
): Listening {
  const soon = new AbortController();
  const stopSoon = (): void => {
    told("soon", "SIGINT");
    soon.abort("SIGINT");
  };
  if (stop.aborted) stopSoon();
  else stop.addEventListener("abort", stopSoon, { once: true });
  return {
    stopSignals: { soon: soon.signal, now: uninterrupted.now },
    end: () => stop.removeEventListener("abort", stopSoon),
  };
}
