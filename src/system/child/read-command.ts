import { spawn, type ChildProcess, type StdioOptions } from "node:child_process";
import type { Command, CommandOutcome } from "../command.ts";
import { closeOutput, openOutputFiles, type OutputFiles } from "./output-files.ts";
import { supervise } from "./supervised.ts";
import { errorNumber } from "../../diagnostics/error-hint.ts";
import { errorMessage } from "../../text/error-message.ts";

/**
 * Starts a child by node's own spawn, in a process group of its own and in the root folder. `env` is its whole
 * environment.
 *
 * Only the reading calls of a look (`Command.isLook`) and flock(1) come here, because execa costs a plan of 100 agents
 * 15 to 27 ms of about 105 (docs/design/libraries.md). Delete this file as soon as the loss is below 5 %: run-command.ts
 * does the same.
 */
export function spawnChild(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv,
  stdio: StdioOptions,
): ChildProcess {
  return spawn(file, args, { env, cwd: "/", detached: true, stdio });
}

/**
 * Runs one command by spawnChild and returns its end. `env` is the whole environment. The output goes to files without
 * names in XDG_RUNTIME_DIR, or through pipes if there can be none.
 */
export async function readCommand(
  command: Command,
  env: NodeJS.ProcessEnv,
  abort?: AbortSignal,
): Promise<CommandOutcome> {
  const files = openOutputFiles(env["XDG_RUNTIME_DIR"] ?? "");
  try {
    return await commandEnd(command, env, files, abort);
  } catch (error) {
    // spawn throws for a NUL in an argument.
    return { kind: "not-started", message: errorMessage(error), code: errorNumber(error) };
  } finally {
    if (files !== undefined) closeOutput(files);
  }
}

function commandEnd(
  command: Command,
  env: NodeJS.ProcessEnv,
  files: OutputFiles | undefined,
  abort: AbortSignal | undefined,
): Promise<CommandOutcome> {
  return new Promise((resolve) => {
    const { stdout = "pipe", stderr = "pipe" } = files ?? {};
    const child = spawnChild(command.file, command.args, env, ["ignore", stdout, stderr]);
    const { said, settle } = supervise(child, command, abort, files);
    child.once("error", (error: NodeJS.ErrnoException) => {
      settle();
      const isMissing = error.code === "ENOENT";
      const { code, message } = error;
      resolve(isMissing ? { kind: "not-found" } : { kind: "not-started", message, code });
    });
    // "close" and not "exit": output may still be on its way at the exit.
    child.once("close", (code, signal) => {
      const cut = settle();
      if (cut !== undefined) resolve(cut);
      else if (signal !== null) resolve({ kind: "killed", signal, stderr: said.stderr });
      else resolve({ kind: "exited", code: code ?? 1, stdout: said.stdout, stderr: said.stderr });
    });
  });
}
