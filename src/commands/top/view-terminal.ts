import { listenRaw } from "../../report/terminal/raw-keys.ts";
import { openScreen, type TerminalScreen } from "../../report/terminal/screen.ts";

/** The terminal of a live view: its screen, its keys, and the signals about both. */
export interface ViewTerminal {
  readonly screen: TerminalScreen;
  /** True while somebody else has it, and at the end. */
  isAway(): boolean;
  /** Gives it to another program: until SIGCONT, or until `takeBack` only. */
  lend(until: "continued" | "taken-back"): void;
  takeBack(): void;
  /** Gives it back for good. After a hang-up, it is not read again. */
  close(hasHungUp: boolean): void;
}

/** The events of a terminal. */
export interface TerminalEvents {
  readonly onData: (data: string) => void;
  /** Called when its size may have changed, and when it is back. */
  readonly onResize: () => void;
  /** Called when it is gone, or when somebody asks to end. */
  readonly onEnd: (hasHungUp: boolean) => void;
}

/** Takes the terminal of this process. */
export function openViewTerminal({ onData, onResize, onEnd }: TerminalEvents): ViewTerminal {
  let holder: "view" | "shell" | "command" | "nobody" = "view";
  const screen = openScreen();
  const onHangUp = (): void => onEnd(true);
  const keys = listenRaw((data) => holder === "view" && onData(data), onHangUp);
  // A command that has the terminal gets Ctrl-C too, and it is meant.
  const signals = {
    SIGINT: () => void (holder === "view" && onEnd(false)),
    SIGTERM: () => onEnd(false),
    SIGHUP: onHangUp,
    SIGCONT: () => void (holder === "shell" && takeBack()),
  } as const;
  const signalNames = Object.keys(signals) as (keyof typeof signals)[];
  for (const name of signalNames) process.on(name, signals[name]);
  process.stdout.on("resize", onResize).on("error", onHangUp);
  return { screen, isAway: () => holder !== "view", lend, takeBack, close: leaveTerminal };

  function lend(until: "continued" | "taken-back"): void {
    holder = until === "continued" ? "shell" : "command";
    keys.pause();
    screen.leave();
  }

  function takeBack(): void {
    if (holder === "view" || holder === "nobody") return;
    holder = "view";
    screen.enter();
    keys.resume();
    onResize();
  }

  function leaveTerminal(hasHungUp: boolean): void {
    for (const name of signalNames) process.off(name, signals[name]);
    process.stdout.off("resize", onResize);
    if (holder === "view" && !hasHungUp) keys.pause();
    screen.leave();
    holder = "nobody";
  }
}
