import { execFile, type ExecFileException } from "node:child_process";
import type { Machine } from "./machine.ts";

/** One external command. Arguments are passed as they are: no shell is involved. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** ms, after which the command is killed and counts as `timed-out`. */
  readonly timeoutMs: number;
}

/** How a command ended. Failing is an outcome, not an exception. */
export type CommandOutcome =
  | { readonly kind: "exited"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "killed"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "timed-out"; readonly timeoutMs: number; readonly stderr: string }
  | { readonly kind: "not-found" }
  | { readonly kind: "not-started"; readonly message: string };

/** The one port through which drivers run commands; another implementation can reach another host. */
export type Exec = (command: Command) => Promise<CommandOutcome>;

/** Called once for each command that ended, for `-v` and for tests that count. */
export type ExecListener = (command: Command, outcome: CommandOutcome, durationMs: number) => void;

/** Largest output that is kept of one command, bytes: 1,000 units or panes print less than 1 MB. */
const maxBuffer = 64 * 1024 * 1024;

/** What callers' terminals and agents set that would change what systemctl and tmux print or which server they reach. */
const cleared = ["TMUX", "TMUX_PANE", "TMUX_TMPDIR", "SYSTEMD_COLORS", "SYSTEMD_PAGER", "SYSTEMD_LESS"];

/**
 * Runs commands on this machine, in the C.UTF-8 locale, and tells `listener` of each. XDG_RUNTIME_DIR is always set,
 * for cron and su leave it out and systemctl then finds no user manager.
 *
 * It is node's own execFile because of what loading costs: execa takes as long as half a start of node (measured),
 * and every command pays for it.
 */
export function localExec(machine: Machine, listener?: ExecListener): Exec {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: "C.UTF-8", XDG_RUNTIME_DIR: machine.runtimeDir };
  for (const name of cleared) delete env[name];
  return async (command) => {
    const began = performance.now();
    const outcome = await run(command, env);
    listener?.(command, outcome, performance.now() - began);
    return outcome;
  };
}

function run({ file, args, timeoutMs }: Command, env: NodeJS.ProcessEnv): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    // SIGKILL, since a client that hangs may hang in its handler too; it holds nothing that another would miss.
    const options = { env, timeout: timeoutMs, maxBuffer, killSignal: "SIGKILL", encoding: "utf8" } as const;
    const child = execFile(file, args, options, (error, stdout, stderr) => {
      resolve(
        error === null
          ? { kind: "exited", code: 0, stdout, stderr }
          : outcomeOf(error, { stdout, stderr, timeoutMs }),
      );
    });
    child.stdin?.end();
  });
}

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly timeoutMs: number;
}

function outcomeOf(error: ExecFileException, { stdout, stderr, timeoutMs }: Ended): CommandOutcome {
  if (error.code === "ENOENT") return { kind: "not-found" };
  if (typeof error.code === "number") return { kind: "exited", code: error.code, stdout, stderr };
  if (error.killed && typeof error.code !== "string") return { kind: "timed-out", timeoutMs, stderr };
  if (error.signal) return { kind: "killed", signal: error.signal, stderr };
  return { kind: "not-started", message: error.message };
}
