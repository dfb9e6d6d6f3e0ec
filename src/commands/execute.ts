import { dirname } from "node:path/posix";
import { runPlan, type ApplyOutcome } from "../apply/run-plan.ts";
import { verifyAgents, type AgentFailure } from "../apply/verify.ts";
import type { Target } from "../apply/perform-call.ts";
import { fail, ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { userUnitDir } from "../drivers/systemd/unit-path.ts";
import type { Plan } from "../plan/types.ts";
import { applyEventLine } from "../report/apply-text.ts";
import { canAsk, confirm } from "../report/confirm.ts";
import { report, type Context } from "./context.ts";
import { exitCodes, type ExitCode } from "./exit-codes.ts";

/** What running a plan led to. */
export interface Execution {
  readonly outcome: ApplyOutcome;
  readonly failures: readonly AgentFailure[];
  /** Why actions failed. */
  readonly problems: readonly Diagnostic[];
  readonly ms: number;
}

/** Asks for consent unless `yes` gives it. Without it, returns the exit code to end with; nothing was changed then. */
export async function consent(question: string, yes: boolean, context: Context): Promise<"go" | ExitCode> {
  if (yes) return "go";
  if (!canAsk()) {
    const refused = fail("needs-confirmation", "nobody is there to be asked", {
      detail: "Standard input is not a terminal, so nothing was changed.",
      hint: "add --yes to go ahead without a question",
    });
    return refused.ok ? "go" : report(context, refused.diagnostics);
  }
  const answer = await confirm(question);
  if (answer === "yes") return "go";
  context.output.remark("Nothing was changed.");
  return answer === "no" ? exitCodes.ok : exitCodes.interrupted;
}

/**
 * Fails where the running user manager reads its user's units from another directory than the fleet's. Asked only where
 * that is likely, or where nothing shows yet that it is not so: in the plan that installs the fleet.
 */
export async function checkUnitPath(
  { machine, exec }: Context,
  { layout }: Target,
  { shared }: Plan,
): Promise<Result<void>> {
  const installs = shared.some(({ role, reason }) => role === "template" && reason === "new");
  if (!machine.configHomeIsCustom && !installs) return ok(undefined);
  const found = await userUnitDir(exec);
  if (!found.ok) return found;
  if (found.value === undefined || found.value === layout.unitDir) return ok(undefined);
  return fail("unit-path-mismatch", `the user manager does not read units from ${layout.unitDir}`, {
    detail: `It was started with another XDG_CONFIG_HOME, and reads them from ${found.value}. Nothing was changed.`,
    hint: machine.configHomeIsCustom
      ? "unset XDG_CONFIG_HOME; or have the manager started with it (`sudo systemctl edit user@$UID.service`)"
      : `export XDG_CONFIG_HOME=${dirname(dirname(found.value))}`,
  });
}

/** Runs a plan, shows its progress, and looks whether what it started runs. */
export async function execute(
  plan: Plan,
  target: Target,
  { output }: Context,
  settleMs: number,
): Promise<Result<Execution>> {
  const began = performance.now();
  const problems: Diagnostic[] = [];
  const outcome = await runPlan(plan, target, (event) => {
    const line = applyEventLine(event, output.colors);
    if (line !== undefined && !output.options.json) output.remark(line);
    if (event.kind !== "failed") return;
    problems.push(...event.diagnostics);
    if (!output.options.json) output.diagnostics(event.diagnostics);
  });
  const failures = await verifyAgents(startedAgents(outcome), target, settleMs);
  if (!failures.ok) return failures;
  return ok({ outcome, failures: failures.value, problems, ms: performance.now() - began });
}

function startedAgents({ done }: ApplyOutcome): readonly string[] {
  return done.flatMap(({ kind, agent }) =>
    (kind === "start" || kind === "restart") && agent ? [agent] : [],
  );
}
