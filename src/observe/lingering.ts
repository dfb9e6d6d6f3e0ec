import { existsSync } from "node:fs";
import { isLingering } from "../drivers/systemd/lingering.ts";
import type { Exec } from "../system/exec.ts";
import { invokingUser } from "../system/environment.ts";

/** logind keeps an empty file here for each lingering account (systemd-logind.service(8)). */
const folder = "/var/lib/systemd/linger";

/**
 * Returns true if the user manager of this account runs without a login; undefined if unknown, for example
 * without logind. Asks logind only if its own file does not answer.
 */
export async function observeLingering(exec: Exec, uid: number): Promise<boolean | undefined> {
  const user = invokingUser();
  return user !== undefined && existsSync(`${folder}/${user}`) ? true : isLingering(exec, uid);
}
