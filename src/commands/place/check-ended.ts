import type { Places } from "../../config/hosts/places.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { HostResult } from "../../hosts/host-result.ts";
import { plannedOn } from "../../hosts/presence.ts";
import { endedElsewhereProblem } from "../../report/hosts/place/move-lines.ts";

/** Returns the agents in `--ended`, each of which must have a place in the table. */
export function endedAgents(
  list: string | undefined,
  places: Places | undefined,
): Result<ReadonlySet<string>> {
  const names = list?.split(",").map((name) => name.trim()) ?? [];
  const unknown = names.find((name) => !Object.hasOwn(places?.places ?? {}, name));
  return unknown === undefined
    ? ok(new Set(names))
    : fail("bad-usage", `agent ${JSON.stringify(unknown)} has no place in the table`, {
        detail: "Only an agent with a place can be known elsewhere by mistake.",
        hint: "fleet place shows the table and what is new",
      });
}

/** Returns the hosts that may run one of these agents besides its place. */
export function hostsWithoutPlace(
  agents: ReadonlySet<string>,
  places: Places | undefined,
  hosts: readonly string[],
): readonly string[] {
  return hosts.filter((host) => [...agents].some((agent) => places?.places[agent] !== host));
}

/** Refuses the word of a person about an agent if a host has it. A host that does not answer proves nothing. */
export function refuseIfThere(
  agents: ReadonlySet<string>,
  places: Places | undefined,
  there: ReadonlyMap<string, HostResult>,
): Result<void> {
  for (const [host, result] of there)
    for (const { name } of plannedOn(result) ?? [])
      if (agents.has(name) && places?.places[name] !== host) return endedElsewhereProblem(name, host);
  return ok(undefined);
}
