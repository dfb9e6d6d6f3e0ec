import type { DestroyFlags } from "./shared/flags.ts";
import { forgetAppliedFile } from "../apply/applied-file.ts";
import { sweepEmptyFolders } from "../apply/sweep.ts";
import { observe } from "../observe/observe.ts";
import { readWatcher } from "../observe/watch/watcher.ts";
import { planDestroy } from "../plan/commands/plan-destroy.ts";
import { allowedBy } from "../plan/allowances.ts";
import { isBlocked } from "../plan/summary.ts";
import { applyJson } from "../report/apply/apply-json.ts";
import { destroyText, destroyResult, watchedProblem } from "../report/apply/destroy-text.ts";
import { report, type Context } from "./shared/context.ts";
import { consentOfCaller } from "./apply/consent-of-caller.ts";
import { consent, execute, exitCodeOfShortfall } from "./apply/execute.ts";
import { exitCodes, type ExitCode } from "./shared/exit-codes.ts";
import { reportProblems } from "./shared/reporting/report-problems.ts";
import { withFleetLock, type Locked } from "./shared/with-fleet-lock.ts";

/** Runs `fleet destroy`: removes everything of the fleet, the holder last. Leaves foreign things alone. */
export function destroyCommand(context: Context, flags: DestroyFlags): Promise<ExitCode> {
  return withFleetLock(context, "fleet destroy", flags, (locked) => destroyLocked(locked, context, flags));
}

async function destroyLocked(
  { layout, command, config }: Locked,
  context: Context,
  flags: DestroyFlags,
): Promise<ExitCode> {
  const { output, exec } = context;
  const watcher = readWatcher(layout);
  if (watcher !== undefined) return report(context, [watchedProblem(watcher)]);
  const observed = await observe(layout, { envFiles: [], workdirs: [] }, exec);
  if (!observed.ok) return report(context, observed.diagnostics);
  const plan = planDestroy(layout, observed.value, {
    only: undefined,
    ...allowedBy({ ...flags, now: true, allowRemoveAll: true }),
  });
  output.text(destroyText(plan, output.colors, output.options.verbose));
  const nothing = { done: [], failed: [], skipped: [] };
  if (plan.refusals.length > 0) {
    output.json(applyJson(plan, { ...nothing, skipped: plan.actions }, [], []));
    reportProblems(plan, context);
    return exitCodes.blocked;
  }
  if (plan.actions.length === 0) {
    await forgetAppliedFile(layout);
    sweepEmptyFolders(layout);
    output.json(applyJson(plan, nothing, [], []));
    // Notes without actions: something that uses the fleet keeps the rest of it.
    return isBlocked(plan) || plan.notes.length > 0 ? exitCodes.blocked : exitCodes.ok;
  }
  const { caller } = context;
  const agreed =
    caller === undefined
      ? await consent(
          `Remove the fleet ${layout.fleet} and end its sessions?`,
          flags.yes ?? false,
          context,
          destroyText(plan, output.colors, output.options.verbose),
        )
      : consentOfCaller(plan, caller, output);
  if (agreed !== "go") {
    output.json(applyJson(plan, { ...nothing, skipped: plan.actions }, [], agreed.problems));
    return agreed.code;
  }
  // Before anything else: after an interrupted destroy, the next one must see all that is left.
  await forgetAppliedFile(layout);
  const execution = await execute(plan, { layout, exec }, context, { command, config });
  const { outcome, problems, ms } = execution;
  output.json(applyJson(plan, outcome, [], problems));
  output.text(destroyResult(plan, outcome, ms, output.colors));
  const shortfall = exitCodeOfShortfall(execution);
  if (shortfall !== undefined) return shortfall;
  return plan.summary.blocked > 0 ? exitCodes.blocked : exitCodes.ok;
}
