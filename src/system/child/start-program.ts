import { spawn, type ChildProcessByStdio } from "node:child_process";
import type { Readable, Writable } from "node:stream";

/**
 * Starts a program to talk with, in the environment of this process unless told, and in a process group of its own. By node alone: execa
 * takes 1.3 ms more of processor time for each program (docs/design/libraries.md), and nothing of it is needed for a
 * conversation. Throws for a NUL in an argument.
 */
export function startProgram(
  file: string,
  args: readonly string[],
  env: NodeJS.ProcessEnv = process.env,
): ChildProcessByStdio<Writable, Readable, Readable> {
  return spawn(file, args, { env, cwd: "/", detached: true, stdio: ["pipe", "pipe", "pipe"] });
}
