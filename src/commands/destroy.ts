import { lockFleet } from "../apply/lock.ts";
import { layoutOf, type Layout } from "../desired/layout.ts";
import { observe } from "../observe/observe.ts";
import { planDestroy } from "../plan/plan-destroy.ts";
import { applyJson } from "../report/apply-json.ts";
import { destroyText, destroyResult } from "../report/destroy-text.ts";
import { report, type Context } from "./context.ts";
import { consent, execute } from "./execute.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";
import { readFleet } from "./survey.ts";

export interface DestroyFlags {
  readonly yes?: boolean;
  readonly allowSelf?: boolean;
  /** ms */
  readonly lockTimeout?: number;
}

/** `fleet destroy`: removes everything of the fleet, the holder last. What is not the fleet's stays. */
export async function destroyCommand(context: Context, flags: DestroyFlags): Promise<ExitCode> {
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, context.machine);
  const lock = await lockFleet(layout, "fleet destroy", flags.lockTimeout ?? 0);
  if (!lock.ok) return report(context, lock.diagnostics);
  try {
    return await destroyLocked(layout, context, flags);
  } finally {
    await lock.value.release();
  }
}

async function destroyLocked(layout: Layout, context: Context, flags: DestroyFlags): Promise<ExitCode> {
  const { output, exec } = context;
  const observed = await observe(layout, { envFiles: [], workdirs: [] }, exec);
  if (!observed.ok) return report(context, observed.diagnostics);
  const plan = planDestroy(layout, observed.value, {
    only: undefined,
    now: true,
    allowRemoveAll: true,
    allowSelf: flags.allowSelf ?? false,
  });
  output.text(destroyText(plan, output.colors, output.options.verbose));
  const nothing = { done: [], failed: [], skipped: [] };
  if (plan.actions.length === 0) {
    output.json(applyJson(plan, nothing, [], []));
    return plan.summary.blocked > 0 ? exitCodes.blocked : exitCodes.ok;
  }
  const agreed = await consent(
    `Remove the fleet ${layout.fleet} and end its sessions?`,
    flags.yes ?? false,
    context,
  );
  if (agreed !== "go") return agreed;
  const execution = await execute(plan, { layout, exec }, context, 0);
  if (!execution.ok) return report(context, execution.diagnostics);
  const { outcome, problems, ms } = execution.value;
  output.json(applyJson(plan, outcome, [], problems));
  output.text(destroyResult(plan, outcome, ms, output.colors));
  if (outcome.failed.length > 0 || outcome.skipped.length > 0) return exitCodes.error;
  return plan.summary.blocked > 0 ? exitCodes.blocked : exitCodes.ok;
}
