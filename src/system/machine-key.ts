import { readFileSync } from "node:fs";
import { hostname } from "node:os";

/**
 * Something that only those know who have an account on this machine: machine-id(5), which is not to be shown elsewhere, and
 * so is to be used in digests only. Where there is none, the host's name.
 */
export function machineKey(): string {
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    try {
      const id = readFileSync(path, "utf8").trim();
      if (id !== "") return id;
    } catch {
      // It has none there.
    }
  }
  return hostname();
}
