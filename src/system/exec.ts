import { spawn, type ChildProcess } from "node:child_process";
import type { Machine } from "./machine.ts";

/** One external command. Arguments are passed as they are: no shell is involved. */
export interface Command {
  readonly file: string;
  readonly args: readonly string[];
  /** ms, after which the command is killed and counts as `timed-out`. */
  readonly timeoutMs: number;
  /** Variables besides those that every command gets. */
  readonly env?: Readonly<Record<string, string>> | undefined;
}

/** How a command ended. Failing is an outcome, not an exception. */
export type CommandOutcome =
  | { readonly kind: "exited"; readonly code: number; readonly stdout: string; readonly stderr: string }
  | { readonly kind: "killed"; readonly signal: string; readonly stderr: string }
  | { readonly kind: "timed-out"; readonly timeoutMs: number; readonly stderr: string }
  | { readonly kind: "not-found" }
  | { readonly kind: "not-started"; readonly message: string };

/**
 * The one port through which drivers run commands; another implementation can reach another host. A command is killed
 * as soon as `abort` says so, and counts as `killed` then.
 */
export type Exec = (command: Command, abort?: AbortSignal) => Promise<CommandOutcome>;

/** Called once for each command that ended, for `-v` and for tests that count. */
export type ExecListener = (command: Command, outcome: CommandOutcome, durationMs: number) => void;

/** Largest output that is kept of one command, characters: 1,000 units or panes print less than 1 MB. */
const maxOutput = 64 * 1024 * 1024;

/** What callers' terminals and agents set that would change what systemctl and tmux print or which server they reach. */
const cleared = ["TMUX", "TMUX_PANE", "TMUX_TMPDIR", "SYSTEMD_COLORS", "SYSTEMD_PAGER", "SYSTEMD_LESS"];

/**
 * Runs commands on this machine, in the C.UTF-8 locale, and tells `listener` of each. XDG_RUNTIME_DIR is always set,
 * for cron and su leave it out and systemctl then finds no user manager.
 *
 * It is node's own spawn because of what loading costs: execa takes as long as half a start of node (measured), and
 * every command pays for it.
 */
export function localExec(machine: Machine, listener?: ExecListener): Exec {
  const env: NodeJS.ProcessEnv = { ...process.env, LC_ALL: "C.UTF-8", XDG_RUNTIME_DIR: machine.runtimeDir };
  for (const name of cleared) delete env[name];
  const factor = timeoutFactor(process.env);
  return async (given, abort) => {
    const command = { ...given, timeoutMs: given.timeoutMs * factor };
    const began = performance.now();
    const outcome = await run(command, env, abort);
    listener?.(command, outcome, performance.now() - began);
    return outcome;
  };
}

/** MOSAIC_FLEET_TIMEOUT_FACTOR, by which all timeouts are multiplied: 1 unless it is a positive number. */
export function timeoutFactor(env: NodeJS.ProcessEnv): number {
  const factor = Number(env["MOSAIC_FLEET_TIMEOUT_FACTOR"]);
  return factor > 0 && Number.isFinite(factor) ? factor : 1;
}

function run(command: Command, env: NodeJS.ProcessEnv, abort?: AbortSignal): Promise<CommandOutcome> {
  try {
    // In a group of its own: a Ctrl-C at the terminal is meant for this process, and must not end a call half-way.
    const stdio = ["ignore", "pipe", "pipe"] as const;
    const child = spawn(command.file, command.args, {
      env: command.env === undefined ? env : { ...env, ...command.env },
      detached: true,
      stdio: [...stdio],
    });
    return outcomeOf(child, command, abort);
  } catch (error) {
    return Promise.resolve({ kind: "not-started", message: messageOf(error) });
  }
}

function outcomeOf(
  child: ChildProcess,
  { file, timeoutMs }: Command,
  abort?: AbortSignal,
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const said = { stdout: "", stderr: "" };
    let cut: CommandOutcome | undefined;
    const end = (why?: CommandOutcome): void => {
      cut ??= why;
      killGroup(child);
    };
    const timer = setTimeout(() => end({ kind: "timed-out", timeoutMs, stderr: said.stderr }), timeoutMs);
    const onAbort = (): void => end({ kind: "killed", signal: "SIGKILL", stderr: said.stderr });
    const settle = (outcome: CommandOutcome): void => {
      clearTimeout(timer);
      abort?.removeEventListener("abort", onAbort);
      resolve(outcome);
    };
    for (const name of ["stdout", "stderr"] as const) {
      child[name]?.setEncoding("utf8").on("data", (text: string) => {
        if (said[name].length + text.length <= maxOutput) said[name] += text;
        else end({ kind: "not-started", message: `${file} said more than ${maxOutput} characters` });
      });
    }
    child.once("error", (error: NodeJS.ErrnoException) => {
      settle(
        error.code === "ENOENT" ? { kind: "not-found" } : { kind: "not-started", message: error.message },
      );
    });
    // Not `exit`: what it said may still be on its way.
    child.once("close", (code, signal) => {
      settle(
        cut ??
          (signal === null
            ? { kind: "exited", code: code ?? 1, ...said }
            : { kind: "killed", signal, stderr: said.stderr }),
      );
    });
    if (abort?.aborted) onAbort();
    else abort?.addEventListener("abort", onAbort, { once: true });
  });
}

/**
 * SIGKILL, since a client that hangs may hang in its handler too; it holds nothing that another would miss. The pipes
 * are closed, for something that it has left behind may keep them open.
 */
function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has just ended.
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
