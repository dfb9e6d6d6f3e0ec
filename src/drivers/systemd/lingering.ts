import { lastLine } from "../../text/last-line.ts";
import type { Exec } from "../../system/exec.ts";

/** logind answers at once, or is not there, ms. */
const timeoutMs = 5_000;

/**
 * Returns true if the user manager of this account runs without a login (loginctl(1), enable-linger);
 * undefined if this is unknown, for example without logind.
 */
export async function isLingering(exec: Exec, uid: number): Promise<boolean | undefined> {
  const args = ["show-user", String(uid), "--property=Linger", "--value"];
  const outcome = await exec({ file: "loginctl", args, timeoutMs, isLook: true });
  if (outcome.kind !== "exited" || outcome.code !== 0) return undefined;
  const answers: Readonly<Record<string, boolean>> = { yes: true, no: false };
  return answers[outcome.stdout.trim()];
}

/** polkit may ask a person first, ms. */
const enableTimeoutMs = 30_000;

/**
 * Asks logind to run the user manager of this account without a login. Returns what loginctl said; its exit status is
 * no proof, so look again afterwards.
 */
export async function enableLinger(exec: Exec): Promise<string | undefined> {
  const args = ["enable-linger"];
  const outcome = await exec({ file: "loginctl", args, timeoutMs: enableTimeoutMs });
  switch (outcome.kind) {
    case "exited":
    case "killed":
    case "timed-out":
      return lastLine(outcome.stderr);
    case "not-found":
      return "loginctl was not found";
    case "not-started":
      return outcome.message;
  }
}
