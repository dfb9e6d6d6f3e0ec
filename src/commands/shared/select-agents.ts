import { hostsOfAgent } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Survey } from "../../observed/survey.ts";
import type { Scope } from "../../plan/selection/candidates.ts";
import { onlyElsewhere } from "../../plan/selection/no-match.ts";
import { selectsAll, type Selection } from "../../plan/selection/selection.ts";
import { ownedNames } from "../../plan/view/agent-view.ts";

/**
 * Returns the agents of a selection; undefined for the whole fleet. Loads the code of selections only if there is
 * something to select. With a `scope`, `--all` selects the agents in it by name.
 */
export async function selectAgents(
  selection: Selection,
  surveyed: Survey,
  scope?: Scope,
): Promise<Result<ReadonlySet<string> | undefined>> {
  if (selectsAll(selection) && (scope === undefined || selection.all !== true)) return ok(undefined);
  const { selectAgentsOf } = await import("../../plan/selection/select-agents.ts");
  const selected = selectAgentsOf(surveyed, selection, scope ?? "any");
  const here = new Set(surveyed.desired.agents.map(({ name }) => name));
  return orElsewhere(selected, selection, surveyed.config, (name) => here.has(name));
}

/** Returns a selection, or the problem of a name in it that is only an agent of other hosts. */
export function orElsewhere<T>(
  selected: Result<T>,
  { names }: Selection,
  config: FleetConfig,
  isHere: (name: string) => boolean = () => false,
): Result<T> {
  if (selected.ok) return selected;
  for (const name of names) {
    const hosts = isHere(name) || Object.hasOwn(config.agents, name) ? [] : hostsOfAgent(config, name);
    if (hosts.length > 0) return onlyElsewhere(name, hosts);
  }
  return selected;
}

/** Returns the names that are declared, or still on the machine. */
export function selectPresent(
  names: readonly string[],
  { desired, observed }: Survey,
): Result<ReadonlySet<string>> {
  const declared = new Set(desired.agents.map(({ name }) => name));
  const owned = new Set(ownedNames(observed, desired.layout));
  return ok(new Set(names.filter((name) => declared.has(name) || owned.has(name))));
}
