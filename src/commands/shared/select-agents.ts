import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Survey } from "../../observed/survey.ts";
import type { Scope } from "../../plan/selection/candidates.ts";
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
  const { selectHere } = await import("./select-here.ts");
  const { candidatesIn } = await import("../../plan/selection/candidates.ts");
  const here = new Set(surveyed.desired.agents.map(({ name }) => name));
  const candidates = candidatesIn(surveyed, scope ?? "any");
  return selectHere(selection, candidates, surveyed.config, (name) => here.has(name));
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
