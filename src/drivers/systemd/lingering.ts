import type { Exec } from "../../system/exec.ts";

/** logind answers at once, or is not there, ms. */
const timeoutMs = 5_000;

/**
 * Whether the user manager of this account runs while nobody is logged in (loginctl(1), enable-linger); undefined where
 * nobody can tell, as without logind.
 */
export async function isLingering(exec: Exec, uid: number): Promise<boolean | undefined> {
  const args = ["show-user", String(uid), "--property=Linger", "--value"];
  const outcome = await exec({ file: "loginctl", args, timeoutMs, isLook: true });
  if (outcome.kind !== "exited" || outcome.code !== 0) return undefined;
  const answers: Readonly<Record<string, boolean>> = { yes: true, no: false };
  return answers[outcome.stdout.trim()];
}
