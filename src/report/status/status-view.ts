import { keysOf } from "../../top/keys.ts";
import { print } from "../terminal/print.ts";
import { listenRaw } from "../terminal/raw-keys.ts";
import { openScreen } from "../terminal/screen.ts";
import { truncateLine } from "../terminal/fit/truncate-line.ts";

/** A status shown again and again. */
export interface StatusView {
  /** True on a terminal, where times may change in place. */
  readonly isLive: boolean;
  /**
   * Shows a status. Without a terminal, prints it if its key is another one than that of the last one. A terminal with too
   * few rows shows the summary in the place of the last lines.
   */
  show(lines: readonly string[], key: string, summary: string): void;
  /** Tells about a look that failed. */
  say(line: string): void;
  end(): void;
  /** Fulfilled at its end: with true if the terminal is gone. */
  readonly left: Promise<boolean>;
}

function isQuitKey(key: string): boolean {
  return key === "interrupt" || key === "q";
}

/** Opens the view on standard output until `q`, Ctrl-C, a signal, or the end of its reader. */
export function openStatusView(env: NodeJS.ProcessEnv): StatusView {
  const { stdin, stdout } = process;
  const isLive = stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
  let endView: (hasHungUp: boolean) => void = () => undefined;
  const left = new Promise<boolean>((resolve) => (endView = resolve));
  const screen = isLive ? openScreen() : undefined;
  const onKeys = (data: string): void => void (keysOf(data).some(isQuitKey) && leaveScreen(false));
  const keys = isLive ? listenRaw(onKeys, () => leaveScreen(true)) : undefined;
  const [onEnd, onHangUp] = [() => leaveScreen(false), () => leaveScreen(isLive)];
  process.on("SIGINT", onEnd).on("SIGTERM", onEnd).on("SIGHUP", onHangUp);
  stdout.on("error", onEnd).on("resize", draw);
  let shown: readonly string[] = [];
  let summary = "";
  let lastKey: string | undefined;
  let problem: string | undefined;

  function draw(): void {
    if (screen === undefined) return;
    const said = problem === undefined ? [] : [problem];
    const room = Math.max(1, screen.rows - said.length);
    const lines = [...fitted(shown, room, summary), ...said];
    screen.draw(lines.map((line) => truncateLine(line, screen.columns)));
  }

  function leaveScreen(hasHungUp: boolean): void {
    process.off("SIGINT", onEnd).off("SIGTERM", onEnd).off("SIGHUP", onHangUp);
    stdout.off("resize", draw);
    if (!hasHungUp) keys?.pause();
    screen?.leave();
    if (screen !== undefined && !hasHungUp) print("stdout", shown.map((line) => `${line}\n`).join(""));
    endView(hasHungUp);
  }

  return {
    isLive,
    left,
    end: () => leaveScreen(false),
    show(lines, key, summaryOfAll) {
      problem = undefined;
      shown = lines;
      summary = summaryOfAll;
      if (screen === undefined && key !== lastKey) {
        print("stdout", `${lastKey === undefined ? "" : "\n"}${lines.map((line) => `${line}\n`).join("")}`);
      }
      lastKey = key;
      draw();
    },
    say(line) {
      problem = line;
      if (screen === undefined) print("stderr", `${line}\n`);
      draw();
    },
  };
}

/** Returns the first of the lines that so many rows have room for, then how many are left, and the summary. */
export function fitted(lines: readonly string[], rows: number, summary: string): readonly string[] {
  if (lines.length <= rows) return lines;
  const end = rows > 4 ? [summary] : [];
  const room = rows - 1 - end.length;
  return [...lines.slice(0, room), `… and ${lines.length - room} more lines: fleet top scrolls`, ...end];
}
