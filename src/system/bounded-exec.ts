import type { Exec } from "./exec.ts";

/** Returns the same port, with each command killed after `ms` at the latest; then it counts as `timed-out`. */
export function boundedExec(exec: Exec, ms: number): Exec {
  return (command, abort) => exec({ ...command, timeoutMs: Math.min(command.timeoutMs, ms) }, abort);
}
