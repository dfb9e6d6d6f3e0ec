/** The keyboard of the terminal, key by key. */
export interface RawKeys {
  /** Lets another program read the keyboard. */
  pause(): void;
  resume(): void;
}

/** Listens to the terminal of standard input in raw mode, in which typed text does not show. */
export function listenRaw(onData: (data: string) => void, onEnd: () => void): RawKeys {
  const { stdin } = process;
  stdin.setEncoding("utf8").on("error", onEnd).on("end", onEnd);
  const keys: RawKeys = {
    pause() {
      stdin.off("data", onData);
      stdin.pause();
      stdin.setRawMode(false);
    },
    resume() {
      stdin.setRawMode(true);
      stdin.on("data", onData);
      stdin.resume();
    },
  };
  keys.resume();
  return keys;
}
