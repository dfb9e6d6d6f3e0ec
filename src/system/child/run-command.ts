import { execa } from "execa";
import type { Command, CommandOutcome } from "../command.ts";
import { handedVariable } from "./handed-locks.ts";
import { supervise } from "./supervised.ts";
import { errorNumber } from "../../diagnostics/error-hint.ts";
import { errorMessage } from "../../text/error-message.ts";

/** Standard input, output and error of a child, and further open files. */
type Streams = readonly ["ignore" | "pipe", "pipe", "pipe", ...3[]];

/**
 * Starts a child by execa. `env` is its whole environment.
 *
 * Each option closes a gap found by measurement (docs/design/libraries.md):
 * - `cwd`: execa asks for the current folder, and throws if it was deleted, as can happen under a watch;
 * - `buffer`: execa puts all output of a failing command into its message. This takes seconds for 30 MB, and
 *   70 MB end node;
 * - `detached`: a process group of its own. A Ctrl-C at the terminal is for this process and must not cut a
 *   call in half. The group can be ended as a whole; execa's own `timeout` and `cancelSignal` end the command
 *   alone;
 * - `extendEnv`: execa would put TMUX and the like back.
 */
export function startChild(file: string, args: readonly string[], env: NodeJS.ProcessEnv, stdio: Streams) {
  return execa(file, args, {
    env,
    extendEnv: false,
    cwd: "/",
    detached: true,
    cleanup: false,
    stdio,
    buffer: false,
    reject: false,
  });
}

/** Returns the number of an open file as execa's types want it: they end at 9, and it hands any number on to node's spawn. */
const asStream = (file: number) => file as 3;

/** Runs one command by execa and returns its end. `env` is the whole environment. The command gets the open `locks`. */
export async function runCommand(
  command: Command,
  env: NodeJS.ProcessEnv,
  abort: AbortSignal | undefined,
  locks: readonly number[],
): Promise<CommandOutcome> {
  try {
    const { file, args, input } = command;
    const stdin = input === undefined ? "ignore" : "pipe";
    const whole = locks.length === 0 ? env : { ...env, [handedVariable]: "1" };
    const child = startChild(file, args, whole, [stdin, "pipe", "pipe", ...locks.map(asStream)]);
    // A command's end before it has read everything shows in its exit status.
    child.stdin?.on("error", () => undefined).end(input);
    const { said, settle } = supervise(child, command, abort);
    const { exitCode, signal, code, originalMessage, shortMessage } = await child;
    const cut = settle();
    if (cut !== undefined) return cut;
    if (signal !== undefined) return { kind: "killed", signal, stderr: said.stderr };
    if (exitCode !== undefined) return { kind: "exited", code: exitCode, ...said };
    if (code === "ENOENT") return { kind: "not-found" };
    return { kind: "not-started", message: originalMessage ?? shortMessage ?? "it did not start", code };
  } catch (error) {
    // execa throws for a NUL in an argument.
    return { kind: "not-started", message: errorMessage(error), code: errorNumber(error) };
  }
}

/**
 * Runs a program that outlives this process, in a process group of its own, with its output and errors in an open file.
 * `env` is its whole environment. Returns its exit code; undefined if it could not be started, or was ended by a signal.
 */
export async function runIndependent(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  output: number,
): Promise<number | undefined> {
  // execa's types end at 9; it hands any number on to node's spawn.
  const fd = output as 3;
  const options = { env, extendEnv: false, cwd: "/", detached: true, cleanup: false, reject: false } as const;
  const started = execa(file, args, { ...options, buffer: false, stdio: ["ignore", fd, fd] });
  started.unref();
  return (await started).exitCode;
}

/**
 * Starts a program that outlives this process, without a terminal and without its output. Returns false if it cannot be
 * started.
 */
export async function startDetached(file: string, args: readonly string[]): Promise<boolean> {
  const started = execa(file, args, {
    detached: true,
    cleanup: false,
    stdio: "ignore",
    reject: false,
    cwd: "/",
  });
  started.unref();
  return new Promise((resolve) => {
    started.once("spawn", () => resolve(true));
    started.once("error", () => resolve(false));
  });
}
