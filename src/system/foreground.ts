import { constants } from "node:os";
import { execa } from "execa";
import type { CommandOutcome } from "./command.ts";

/** The end of a program in the foreground. */
export type ForegroundEnd =
  | Extract<CommandOutcome, { kind: "not-found" | "not-started" }>
  | {
      readonly kind: "ended";
      /** Its exit status; 128 + n after signal n. */
      readonly code: number;
    };

/**
 * Runs a program on this process's own terminal, and waits for it. Keys reach the program alone. If this process is
 * asked to end, it asks the program first (execa's `cleanup`). `without` are variables that the program does not get.
 */
export async function runInForeground(
  file: string,
  args: readonly string[],
  without: readonly string[],
): Promise<ForegroundEnd> {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !without.includes(name)));
  const ran = await execa(file, args, { env, extendEnv: false, cwd: "/", stdio: "inherit", reject: false });
  if (ran.exitCode !== undefined) return { kind: "ended", code: ran.exitCode };
  if (ran.signal !== undefined) return { kind: "ended", code: 128 + constants.signals[ran.signal] };
  if (ran.code === "ENOENT") return { kind: "not-found" };
  return { kind: "not-started", message: ran.originalMessage ?? ran.shortMessage ?? "it did not start" };
}
