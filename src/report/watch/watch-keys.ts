import { stopUntilContinued } from "../../system/stop-process.ts";

/** Requests that keys make to a watch. */
export interface KeyActions {
  readonly quit: () => void;
  readonly reconcile: () => void;
  readonly pause: () => void;
  /** Before the shell gets the terminal (Ctrl-Z): fulfilled when it may. */
  readonly release: () => Promise<void>;
  /** When it is back. */
  readonly redraw: () => void;
}

/** Listens to keys until `end` is called. In raw mode, so typed text does not show up in the view. */
export function listenForKeys(actions: KeyActions): { readonly end: () => void } {
  const { stdin } = process;
  let isStopping = false;
  const byKey: Readonly<Record<string, () => void>> = {
    q: actions.quit,
    "\x03": actions.quit,
    "\x04": actions.quit,
    r: actions.reconcile,
    p: actions.pause,
    "\x1a": () => void stopProcess(),
  };
  const onData = (data: string): void => {
    for (const key of data) byKey[key.toLowerCase()]?.();
  };
  const takeTerminal = (): void => {
    stdin.setRawMode(true);
    actions.redraw();
  };
  async function stopProcess(): Promise<void> {
    if (isStopping) return;
    isStopping = true;
    await actions.release();
    stdin.setRawMode(false);
    isStopping = false;
    stopUntilContinued();
    takeTerminal();
  }
  stdin.setRawMode(true);
  stdin.setEncoding("utf8").on("data", onData).on("error", actions.quit).on("end", actions.quit);
  process.on("SIGCONT", takeTerminal);
  stdin.resume();
  return {
    end() {
      process.off("SIGCONT", takeTerminal);
      stdin.off("data", onData).off("end", actions.quit);
      stdin.setRawMode(false);
      stdin.pause();
    },
  };
}
