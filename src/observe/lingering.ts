import { existsSync } from "node:fs";
import { isLingering } from "../drivers/systemd/lingering.ts";
import type { Exec } from "../system/exec.ts";
import { invokingUser } from "../system/environment.ts";

/** logind keeps an empty file here for each lingering account, and itself tells by this file (systemd-logind.service(8)). */
const lingering = "/var/lib/systemd/linger";

/** logind keeps a file here for each account with a login or with lingering. */
const known = "/run/systemd/users";

/**
 * Returns true if the user manager of this account runs without a login; undefined if unknown, for example
 * without logind. Asks logind only if its own files do not answer.
 */
export async function observeLingering(exec: Exec, uid: number): Promise<boolean | undefined> {
  const user = invokingUser();
  if (user !== undefined && existsSync(`${lingering}/${user}`)) return true;
  if (user !== undefined && existsSync(lingering) && existsSync(`${known}/${uid}`)) return false;
  return isLingering(exec, uid);
}
