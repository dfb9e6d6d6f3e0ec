import type { Diagnostic, Place } from "../../diagnostics/diagnostic.ts";
import { quoteShortened } from "../describe-path.ts";
import { entryWord, sectionOf } from "../entry-path.ts";
import { chosenHosts, hostsOf, isIgnored } from "../hosts/slice.ts";
import type { FleetConfig } from "../types.ts";

/** Returns the entries of a fleet whose hosts are all ignored. Pure. */
export function ignoredEntries(config: FleetConfig): readonly string[] {
  return Object.entries(config.agents).flatMap(([name, entry]) => {
    const hosts = hostsOf(entry, config);
    return hosts.length > 0 && hosts.every((host) => isIgnored(config, host)) ? [name] : [];
  });
}

/** Returns the warning for an entry that no command looks after. */
export function ignoredWarning(name: string, { agents }: FleetConfig, place: Place | undefined): Diagnostic {
  return {
    severity: "warning",
    code: "invalid-value",
    summary: `all hosts of ${entryWord(sectionOf(agents[name] ?? {}))} ${quoteShortened(name)} are ignored`,
    detail: "It stays there as it is, and runs on no other host.",
    hint: "give it another host, or remove state: ignore",
    place,
  };
}

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
