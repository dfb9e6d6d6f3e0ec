import type { FleetConfig } from "../../config/types.ts";
import { inputPaths } from "../../desired/inputs.ts";
import { instancesOf } from "../../desired/instances.ts";
import type { Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { findWorktrees, type FoundWorktree } from "../../observe/worktrees/find-worktrees.ts";
import { declaredCandidates } from "../../plan/selection/candidates.ts";
import { selectAmong } from "../../plan/selection/select-agents.ts";
import { selectsAll, type Selection } from "../../plan/selection/selection.ts";
import type { Context } from "../shared/context.ts";

/** The selected worktrees of a fleet. */
export interface GatheredWorktrees {
  readonly worktrees: readonly FoundWorktree[];
  /** The names of the declared agents. */
  readonly declared: ReadonlySet<string>;
  /** The selected agents; undefined for the whole fleet. */
  readonly selected: ReadonlySet<string> | undefined;
}

/** Finds the worktrees of the selected agents, also of former ones. */
export async function gatherWorktrees(
  config: FleetConfig,
  layout: Layout,
  selection: Selection,
  { exec, machine }: Context,
): Promise<Result<GatheredWorktrees>> {
  const places = inputPaths(config, machine.home).worktrees ?? [];
  const found = await findWorktrees(layout, places, exec);
  if (!found.ok) return found;
  const declared = new Set(instancesOf(config).map(({ name }) => name));
  const all = { worktrees: found.value, declared, selected: undefined };
  if (selectsAll(selection) && selection.all !== true) return ok(all);
  const agents = found.value.map(({ agent }) => agent);
  const selected = selectAmong(selection, declaredCandidates(config, agents));
  if (!selected.ok) return selected;
  const worktrees = found.value.filter(({ agent }) => selected.value.has(agent));
  return ok({ ...all, worktrees, selected: selected.value });
}
