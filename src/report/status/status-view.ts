import { keysOf } from "../../top/keys.ts";
import { print } from "../terminal/print.ts";
import { listenRaw } from "../terminal/raw-keys.ts";
import { openScreen } from "../terminal/screen.ts";
import { truncateLine } from "../terminal/truncate-line.ts";

/** A status shown again and again. */
export interface StatusView {
  /** True on a terminal, where times may change in place. */
  readonly isLive: boolean;
  /** Shows a status. Without a terminal, prints it if its key is another one than that of the last one. */
  show(lines: readonly string[], key: string): void;
  /** Tells about a look that failed. */
  say(line: string): void;
  end(): void;
  /** Fulfilled at its end: with true if the terminal is gone. */
  readonly left: Promise<boolean>;
}

function isEnd(key: string): boolean {
  return key === "interrupt" || key === "q";
}

/** Opens the view on standard output until `q`, Ctrl-C, a signal, or the end of its reader. */
export function openStatusView(env: NodeJS.ProcessEnv): StatusView {
  const { stdin, stdout } = process;
  const isLive = stdin.isTTY && stdout.isTTY && env["TERM"] !== "dumb";
  let leave: (hasHungUp: boolean) => void = () => undefined;
  const left = new Promise<boolean>((resolve) => (leave = resolve));
  const screen = isLive ? openScreen() : undefined;
  const onKeys = (data: string): void => void (keysOf(data).some(isEnd) && end(false));
  const keys = isLive ? listenRaw(onKeys, () => end(true)) : undefined;
  const [onEnd, onHangUp] = [() => end(false), () => end(isLive)];
  process.on("SIGINT", onEnd).on("SIGTERM", onEnd).on("SIGHUP", onHangUp);
  stdout.on("error", onEnd).on("resize", draw);
  let shown: readonly string[] = [];
  let lastKey: string | undefined;
  let problem: string | undefined;

  function draw(): void {
    if (screen === undefined) return;
    const said = problem === undefined ? [] : [problem];
    const room = Math.max(1, screen.rows - said.length);
    const isCut = shown.length > room;
    const more = isCut ? [`… and ${shown.length - room + 1} more lines: fleet top scrolls`] : [];
    const lines = [...shown.slice(0, room - more.length), ...more, ...said];
    screen.draw(lines.map((line) => truncateLine(line, screen.columns)));
  }

  function end(hasHungUp: boolean): void {
    process.off("SIGINT", onEnd).off("SIGTERM", onEnd).off("SIGHUP", onHangUp);
    stdout.off("resize", draw);
    if (!hasHungUp) keys?.pause();
    screen?.leave();
    if (screen !== undefined && !hasHungUp) print("stdout", shown.map((line) => `${line}\n`).join(""));
    leave(hasHungUp);
  }

  return {
    isLive,
    left,
    end: () => end(false),
    show(lines, key) {
      problem = undefined;
      shown = lines;
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
