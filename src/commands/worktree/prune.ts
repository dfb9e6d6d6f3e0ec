import { judgeWorktree, pruneWorktree, type Pruning } from "../../apply/worktrees/prune-worktree.ts";
import type { FleetConfig } from "../../config/types.ts";
import { agentUnit, envPath, layoutOf, type Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { readPath } from "../../drivers/files/read.ts";
import { listUnits } from "../../drivers/systemd/list-units.ts";
import type { FoundWorktree } from "../../observe/worktrees/find-worktrees.ts";
import { selectionWords, type Selection } from "../../plan/selection/selection.ts";
import { worktreePruneJson } from "../../report/worktree/worktree-json.ts";
import { pruneLines } from "../../report/worktree/prune-text.ts";
import { agentReasons, type KeepReason, type PrunedWorktree } from "../../worktrees/prune.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodeOf, exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { WorktreeFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";
import { withFleetLock } from "../shared/with-fleet-lock.ts";
import { gatherWorktrees, type GatheredWorktrees } from "./gather.ts";

/**
 * Runs `fleet worktree prune`: shows which worktrees can go and why the others stay, and removes the first with --yes. Only
 * the worktrees of former agents, and those of named agents that are stopped.
 */
export async function pruneWorktrees(
  context: Context,
  selection: Selection,
  flags: WorktreeFlags,
): Promise<ExitCode> {
  if (flags.yes === true) {
    const command = ["fleet worktree prune", ...selectionWords(selection)].join(" ");
    return withFleetLock(context, command, flags, ({ config, layout }) =>
      prune(config, layout, selection, flags, context),
    );
  }
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, context.machine);
  return prune(config.value, layout, selection, flags, context);
}

async function prune(
  config: FleetConfig,
  layout: Layout,
  selection: Selection,
  { yes: isReal = false, unpushed = false }: WorktreeFlags,
  context: Context,
): Promise<ExitCode> {
  const gathered = await gatherWorktrees(config, layout, selection, context);
  if (!gathered.ok) return report(context, gathered.diagnostics);
  const { exec, machine, output } = context;
  const reasonsToKeep = (agent: string): Promise<Result<readonly KeepReason[]>> =>
    reasonsOfAgent(agent, gathered.value, layout, context);
  const work: Pruning = { exec, layout, uid: machine.uid, unpushed, agentReasons: reasonsToKeep };
  const pruned: PrunedWorktree[] = [];
  for (const found of gathered.value.worktrees) {
    const { agent, repo, path } = found;
    const isDeclared = gathered.value.declared.has(agent);
    const isCandidate = !isDeclared || gathered.value.selected !== undefined;
    const result = isCandidate
      ? await (isReal ? pruneWorktree : judgeWorktree)(found, work)
      : { branch: markedBranch(found), outcome: { kind: "kept", reasons: [{ kind: "declared" }] } as const };
    pruned.push({ agent, repo, path, isDeclared, ...result });
  }
  output.json(worktreePruneJson(layout.fleet, pruned, !isReal));
  output.text(pruneLines(pruned, { isReal, colors: output.colors }));
  return exitCodeFor(pruned, gathered.value);
}

/** Returns the reasons to keep a worktree that come from its agent, as it is now. */
async function reasonsOfAgent(
  agent: string,
  { declared, selected }: GatheredWorktrees,
  layout: Layout,
  { exec }: Context,
): Promise<Result<readonly KeepReason[]>> {
  const unit = agentUnit(layout, agent);
  const units = await listUnits(exec, [unit]);
  if (!units.ok) return units;
  return ok(
    agentReasons({
      isDeclared: declared.has(agent),
      isNamed: selected !== undefined,
      isInstalled: readPath(envPath(layout, agent)) !== undefined,
      active: units.value.find(({ name }) => name === unit)?.active,
    }),
  );
}

function markedBranch({ state }: FoundWorktree): string | undefined {
  return state.kind === "there" ? state.mark?.branch : undefined;
}

function exitCodeFor(pruned: readonly PrunedWorktree[], { selected }: GatheredWorktrees): ExitCode {
  const [problem] = pruned.flatMap(({ outcome }) => (outcome.kind === "failed" ? outcome.diagnostics : []));
  if (problem !== undefined) return exitCodeOf(problem.code);
  const isKept = pruned.some(({ outcome }) => outcome.kind === "kept");
  return selected !== undefined && isKept ? exitCodes.blocked : exitCodes.ok;
}
