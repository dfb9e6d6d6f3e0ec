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
