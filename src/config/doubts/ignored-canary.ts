import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { chosenHosts, isIgnored } from "../hosts/slice.ts";
import type { FleetConfig } from "../types.ts";

/** Returns true if a rollout has canaries by name or label, and all of them are ignored. Pure. */
export function hasIgnoredCanary(config: FleetConfig): boolean {
  const canary = config.rollout?.canary;
  if (typeof canary !== "object" || config.hosts === undefined) return false;
  const chosen = chosenHosts(canary, config.hosts);
  return chosen.length > 0 && chosen.every((host) => isIgnored(config, host));
}

/** Returns the warning for a rollout that begins without its canaries. */
export function ignoredCanaryWarning(place?: Place): Diagnostic {
  return {
    severity: "warning",
    code: "invalid-value",
    summary: "all canaries of rollout are ignored",
    detail: "A rollout begins with its first batch, and no host goes before the others.",
    hint: "name another host in canary, or remove state: ignore",
    place,
  };
}
