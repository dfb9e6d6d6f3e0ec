import type { Exec } from "./exec.ts";

/** The times of a group of questions, ms. */
export interface QuestionTimes {
  /** From the first question to the last answer. */
  readonly all: number;
  /** The least time for a question, also after the deadline. */
  readonly each: number;
}

/**
 * Returns the same port with one deadline for all questions, from now on: a busy machine has the whole time for an answer, and
 * many questions without an answer do not add up. A command without an answer counts as `timed-out`. `now` in ms.
 */
export function deadlineExec(
  exec: Exec,
  { all, each }: QuestionTimes,
  now: () => number = () => performance.now(),
): Exec {
  const until = now() + all;
  return (command, abort) => {
    // In tenths of a second, because people read how long nobody answered.
    const rest = Math.ceil((until - now()) / 100) * 100;
    return exec({ ...command, timeoutMs: Math.min(command.timeoutMs, Math.max(rest, each)) }, abort);
  };
}

/** Returns the same port, with each command killed after `ms` at the latest; then it counts as `timed-out`. */
export function boundedExec(exec: Exec, ms: number): Exec {
  return (command, abort) => exec({ ...command, timeoutMs: Math.min(command.timeoutMs, ms) }, abort);
}
