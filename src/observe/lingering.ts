import { existsSync } from "node:fs";
import { isLingering } from "../drivers/systemd/lingering.ts";
import type { Exec } from "../system/exec.ts";
import { invokingUser } from "../system/environment.ts";

/** logind keeps an empty file here for each lingering account, and itself tells by this file (systemd-logind.service(8)). */
const lingering = "/var/lib/systemd/linger";

/** logind keeps a file here for each account with a login or with lingering. */
const usersFolder = "/run/systemd/users";

/** The socket of the system bus, unless $DBUS_SYSTEM_BUS_ADDRESS names another (sd_bus_open_system(3)). */
const systemBus = "/run/dbus/system_bus_socket";

/**
 * Returns true if the user manager of this account runs without a login; undefined if unknown, for example
 * without logind. Asks logind only if its own files do not answer and the bus to it exists.
 */
export async function observeLingering(exec: Exec, uid: number): Promise<boolean | undefined> {
  const user = invokingUser();
  if (user !== undefined && existsSync(`${lingering}/${user}`)) return true;
  if (user !== undefined && existsSync(lingering) && existsSync(`${usersFolder}/${uid}`)) return false;
  const isReachable = (process.env["DBUS_SYSTEM_BUS_ADDRESS"] ?? "") !== "" || existsSync(systemBus);
  return isReachable ? isLingering(exec, uid) : undefined;
}
