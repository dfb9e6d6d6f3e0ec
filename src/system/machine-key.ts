import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import { sha256 } from "../text/digests/digest.ts";

/**
 * Returns a secret of the accounts on this machine: machine-id(5), which must not be shown elsewhere, so use
 * it in digests only. Returns the host's name if there is no id.
 */
export function machineKey(): string {
  for (const path of ["/etc/machine-id", "/var/lib/dbus/machine-id"]) {
    try {
      const id = readFileSync(path, "utf8").trim();
      if (id !== "") return id;
    } catch {
      // The machine has no id there.
    }
  }
  return hostname();
}

/** Returns a function that makes digests of secrets. Only this machine can make the same ones. */
export function sealOfMachine(): (secret: string) => string {
  const key = machineKey();
  return (secret) => sha256(JSON.stringify([key, secret]));
}
