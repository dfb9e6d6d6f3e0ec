import type { Exec } from "../../../system/exec.ts";

/** stty asks the terminal and ends. */
const timeoutMs = 5_000;

/** Returns true if a terminal collects whole lines for its program (ICANON of termios(3)); undefined if it cannot be asked. */
export async function isInLineMode(exec: Exec, tty: string): Promise<boolean | undefined> {
  const outcome = await exec({ file: "stty", args: ["-F", tty, "-a"], timeoutMs });
  if (outcome.kind !== "exited" || outcome.code !== 0) return undefined;
  return /(?:^|\s)icanon\b/.test(outcome.stdout);
}
