import { existsSync } from "node:fs";
import { isLingering } from "../drivers/systemd/lingering.ts";
import type { Exec } from "../system/exec.ts";
import { invokingUser } from "../system/environment.ts";

/** logind keeps an empty file in it for each account that lingers (systemd-logind.service(8)). */
const folder = "/var/lib/systemd/linger";

/**
 * Returns whether the user manager of this account runs while nobody is logged in; undefined if nobody can tell, such as
 * without logind. Asks logind only if its own file does not answer.
 */
export async function observeLingering(exec: Exec, uid: number): Promise<boolean | undefined> {
  const user = invokingUser();
  return user !== undefined && existsSync(`${folder}/${user}`) ? true : isLingering(exec, uid);
}
