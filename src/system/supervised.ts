import type { ChildProcess } from "node:child_process";
import type { Command, CommandOutcome } from "./command.ts";

/** Largest kept output of one command, characters: 1,000 units or panes print less than 1 MB. */
const maxOutput = 64 * 1024 * 1024;

/** The part of a child process for supervision. */
export type SupervisedChild = Pick<ChildProcess, "pid" | "stdout" | "stderr">;

/** A command under its time limit, with its output so far. */
export interface Supervised {
  readonly said: { readonly stdout: string; readonly stderr: string };
  /** Ends the supervision. Returns the outcome if the command was cut off, and undefined if it ended by itself. */
  readonly settle: () => CommandOutcome | undefined;
}

/**
 * Keeps the output of a child, and ends its whole process group at its time limit, when `abort` fires, or when it
 * prints more than 64 Mi characters.
 */
export function supervise(
  child: SupervisedChild,
  { file, timeoutMs }: Command,
  abort?: AbortSignal,
): Supervised {
  const said = { stdout: "", stderr: "" };
  let cut: CommandOutcome | undefined;
  const end = (why: CommandOutcome): void => {
    cut ??= why;
    killGroup(child);
  };
  const timer = setTimeout(() => end({ kind: "timed-out", timeoutMs, stderr: said.stderr }), timeoutMs);
  const onAbort = (): void => end({ kind: "killed", signal: "SIGKILL", stderr: said.stderr });
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      if (said[name].length + text.length <= maxOutput) said[name] += text;
      else end({ kind: "not-started", message: `${file} printed more than ${maxOutput} characters` });
    });
  }
  if (abort?.aborted) onAbort();
  else abort?.addEventListener("abort", onAbort, { once: true });
  return {
    said,
    settle() {
      clearTimeout(timer);
      abort?.removeEventListener("abort", onAbort);
      return cut;
    },
  };
}

/**
 * Ends a child and all its descendants, if it leads a process group of its own. Sends SIGKILL, because a
 * hanging client may hang in its signal handler too, and it holds nothing of value. Closes the pipes, because
 * a process outside the group may keep them open.
 */
export function killGroup(child: SupervisedChild): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group has just ended.
  }
  child.stdout?.destroy();
  child.stderr?.destroy();
}
