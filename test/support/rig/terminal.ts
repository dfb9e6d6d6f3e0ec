import type { RunOptions, Sandbox } from "./sandbox.ts";
import { until } from "./until.ts";

/** A program on a terminal of its own inside a sandbox: keys go in, the screen comes out. */
export interface Terminal {
  /** Presses keys by tmux's names: `Enter`, `C-c`, `Up`; whatever is no name is typed. */
  press(...keys: readonly string[]): Promise<void>;
  /** Types a text as it is, without an Enter, and then presses keys. */
  type(text: string, ...keys: readonly string[]): Promise<void>;
  /** Returns the text on the screen now, without trailing blanks. */
  screen(): Promise<string>;
  /** Waits until the screen shows a text, and returns the screen; throws with the screen after `untilMs` unless told. */
  waitFor(text: string | RegExp, deadlineMs?: number): Promise<string>;
  /** Returns the program's exit code, once it has ended and the screen has all its output. */
  exitCode(): Promise<number>;
  /** Resizes the terminal. */
  resize(columns: number, rows: number): Promise<void>;
  /** Hangs up. */
  close(): Promise<void>;
}

let count = 0;

/** Runs `argv` on a terminal, by default of 120 × 40. Its own tmux server is out of reach for the programs on it. */
export async function openTerminal(
  box: Sandbox,
  argv: readonly string[],
  options: Pick<RunOptions, "cwd" | "env"> & { readonly columns?: number; readonly rows?: number } = {},
): Promise<Terminal> {
  const socket = `/run/user/${box.uid}/rig-terminal-${++count}`;
  const codeFile = `${socket}.exit`;
  const tmux = async (...args: readonly string[]): Promise<string> => {
    const ran = await box.run(["tmux", "-S", socket, "-f", "/dev/null", ...args]);
    if (ran.code !== 0) throw new Error(`the rig's tmux ${args[0] ?? ""} failed: ${ran.stderr}`);
    return ran.stdout;
  };
  const screen = async (): Promise<string> => (await tmux("capture-pane", "-p")).trimEnd();

  const size = ["-x", String(options.columns ?? 120), "-y", String(options.rows ?? 40)];
  const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`);
  // tmux itself may miss a child's death, so the exit code goes through a file; and the screen outlives the program.
  const keep =
    'trap : INT; code=0; "$@" || code=$?; echo "$code" >"$0.new" && mv "$0.new" "$0"; exec sleep infinity';
  const program = ["env", "-u", "TMUX", "-u", "TMUX_PANE", ...env, "sh", "-c", keep, codeFile, ...argv];
  const settings = [
    ";",
    "set-option",
    "-g",
    "status",
    "off",
    ";",
    "set-option",
    "-g",
    "window-size",
    "manual",
  ];
  const cwd = options.cwd ?? `${box.home}/work`;
  await tmux("new-session", "-d", ...size, "-c", cwd, ...program, ...settings);
  return {
    screen,
    async press(...keys) {
      await tmux("send-keys", ...keys);
    },
    async type(text, ...keys) {
      // A semicolon at the end of an argument would end tmux's command.
      const typed = ["send-keys", "-l", "--", text.replace(/;$/, "\\;")];
      await tmux(...typed, ...(keys.length === 0 ? [] : [";", "send-keys", ...keys]));
    },
    async waitFor(text, deadlineMs) {
      const shows =
        typeof text === "string" ? (all: string) => all.includes(text) : (all: string) => text.test(all);
      let seen = "";
      const look = async (): Promise<string | false> => shows((seen = await screen())) && seen;
      return until(`the screen shows ${String(text)}`, look, deadlineMs).catch((error: unknown) => {
        throw new Error(`${String(error)}\n--- screen ---\n${seen}`, { cause: error });
      });
    },
    async exitCode() {
      const code = await until(`${argv.join(" ")} ends`, () => box.read(codeFile));
      // Its last output may still wait for tmux, which reads it at the latest next to the first of these calls.
      let seen: string | undefined;
      await until("the screen is still", async () => seen === (seen = await screen()));
      return Number(code);
    },
    async resize(columns, rows) {
      await tmux("resize-window", "-x", String(columns), "-y", String(rows));
    },
    async close() {
      await tmux("kill-server");
    },
  };
}
