import type { ChildProcess } from "node:child_process";
import type { Command, CommandOutcome } from "../command.ts";
import { mayLackOutput, readOutput, sizeOfOutput, type OutputFiles } from "./output-files.ts";

/** Largest kept output of one command, characters: 1,000 units or panes print less than 1 MB. */
export const maxOutput = 64 * 1024 * 1024;

/** The part of a child process for supervision. */
export type SupervisedChild = Pick<ChildProcess, "pid" | "stdout" | "stderr">;

/** Time between two looks at the size of an output in a file, ms. */
const sizeEveryMs = 20;

/** The output of a command so far. */
interface Said {
  readonly stdout: string;
  readonly stderr: string;
}

/** A command under its time limit. */
export interface Supervised {
  readonly said: Said;
  /** Ends the supervision. Returns the outcome if the command was cut off, and undefined if it ended by itself. */
  readonly settle: () => CommandOutcome | undefined;
}

/**
 * Keeps the output of a child from its pipes, or reads it from `files`. Ends its whole process group at its time limit,
 * when `abort` fires, or when it prints more than 64 Mi characters (in files, bytes).
 */
export function supervise(
  child: SupervisedChild,
  { file, timeoutMs }: Command,
  abort?: AbortSignal,
  files?: OutputFiles,
): Supervised {
  let cut: CommandOutcome | undefined;
  const cutRun = (why: CommandOutcome): void => {
    cut ??= why;
    killGroup(child);
  };
  const printedTooMuch = (): void =>
    cutRun({ kind: "not-started", message: `${file} printed more than ${maxOutput} characters` });
  const said = files === undefined ? collect(child, printedTooMuch) : fromFiles(files);
  const checkSize = (): void => {
    if (files !== undefined && sizeOfOutput(files) > maxOutput) printedTooMuch();
  };
  const sizes = files === undefined ? undefined : setInterval(checkSize, sizeEveryMs);
  const timer = setTimeout(() => cutRun({ kind: "timed-out", timeoutMs, stderr: said.stderr }), timeoutMs);
  const killRun = (): void => cutRun({ kind: "killed", signal: "SIGKILL", stderr: said.stderr });
  if (abort?.aborted) killRun();
  else abort?.addEventListener("abort", killRun, { once: true });
  return {
    said,
    settle() {
      clearTimeout(timer);
      clearInterval(sizes);
      abort?.removeEventListener("abort", killRun);
      checkSize();
      if (files !== undefined && mayLackOutput(files))
        cut ??= { kind: "not-started", message: `there is no space left in ${files.folder} for its output` };
      return cut;
    },
  };
}

/** Collects the output from the pipes of a child. */
function collect(child: SupervisedChild, printedTooMuch: () => void): Said {
  const said = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name]?.setEncoding("utf8").on("data", (text: string) => {
      if (said[name].length + text.length <= maxOutput) said[name] += text;
      else printedTooMuch();
    });
  }
  return said;
}

function fromFiles({ stdout, stderr }: OutputFiles): Said {
  return {
    get stdout() {
      return readOutput(stdout);
    },
    get stderr() {
      return readOutput(stderr);
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
