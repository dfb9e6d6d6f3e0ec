import { endingSignals } from "./signals.ts";

/** The request of a person to end an endless command. */
interface EndRequest {
  /** Aborted by Ctrl-C, SIGTERM, SIGHUP, and the end of the reader of standard output. */
  readonly signal: AbortSignal;
  /** Listens no longer: signals have their usual effect again. */
  readonly close: () => void;
}

/** Listens for the request to end an endless command, such as a follower. */
export function listenForEnd(): EndRequest {
  const ended = new AbortController();
  const requestEnd = (): void => ended.abort();
  for (const signal of endingSignals) process.on(signal, requestEnd);
  process.stdout.on("error", requestEnd);
  return {
    signal: ended.signal,
    close() {
      for (const signal of endingSignals) process.off(signal, requestEnd);
      process.stdout.off("error", requestEnd);
    },
  };
}
