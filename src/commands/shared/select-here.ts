import { wholeOf } from "../../config/file/load.ts";
import { entriesOn } from "../../config/hosts/hosts-of-agent.ts";
import type { FleetConfig } from "../../config/types.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { selectHosts } from "../../hosts/select-hosts.ts";
import { declaredCandidates, type Selectable } from "../../plan/selection/candidates.ts";
import { isPartlyKnown, selectAmong, withoutWordsOfOthers } from "../../plan/selection/select-agents.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { orElsewhere } from "./or-elsewhere.ts";

/**
 * Returns the agents of a selection on this machine. If other machines run the same command, words that select agents there
 * alone are left out.
 */
export function selectHere(
  selection: Selection,
  candidates: Selectable,
  config: FleetConfig,
  isHere?: (name: string) => boolean,
): Result<ReadonlySet<string>> {
  const known = knownInRun(config, candidates);
  const own = known === undefined ? selection : withoutWordsOfOthers(selection, candidates, known);
  const selected = orElsewhere(selectAmong(own, candidates, known), own, config, isHere);
  if (known === undefined || selected.ok) return selected;
  // Other machines may have the agents: then it is no mistake that this one has none of them.
  const code = isPartlyKnown(own, candidates) ? "unknown-agent" : "no-agent-here";
  return {
    ok: false,
    diagnostics: selected.diagnostics.map((each) =>
      code === "no-agent-here" && each.code === "agent-elsewhere" ? each : { ...each, code },
    ),
  };
}

/** Returns the candidates with the agents of all machines that run the same command; undefined for one machine alone. */
function knownInRun(config: FleetConfig, candidates: Selectable): Selectable | undefined {
  const { whole, among } = wholeOf(config);
  const hosts = among === undefined ? undefined : selectHosts(whole?.hosts ?? {}, among);
  if (whole === undefined || hosts?.ok !== true) return undefined;
  const others = declaredCandidates(entriesOn(whole, hosts.names), []);
  return {
    ...candidates,
    names: new Map([...others.names, ...candidates.names]),
    labels: new Map([...others.labels, ...candidates.labels]),
  };
}
