import { readFileSync } from "node:fs";
import { fail, ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { isHostsPlan } from "../../../hosts/hosts-plan.ts";
import { planOfOneMachine, pointlessFlags } from "../../../report/apply/saved-plan-problems.ts";
import { fileTrouble } from "../../../text/error-message.ts";
import { applySavedPlan, planFlags } from "../../apply/apply-saved.ts";
import { report, type Context } from "../../shared/context.ts";
import { onlyWithHosts } from "../../shared/only-with-hosts.ts";
import type { ExitCode } from "../../shared/exit-codes.ts";
import type { ApplyFlags } from "../../shared/flags.ts";
import type { HostFlags } from "../../shared/host-flags.ts";

/** Runs `fleet apply PLANFILE`: applies the saved plan of this machine, or those of hosts. */
export async function applyPlanFile(
  context: Context,
  [path = "", ...more]: readonly string[],
  flags: ApplyFlags & HostFlags,
): Promise<ExitCode> {
  const given = [...more, ...planFlags(flags)];
  if (given.length > 0) return report(context, [pointlessFlags(path, given)]);
  const text = readPlanText(path, context);
  if (!text.ok) return report(context, text.diagnostics);
  const file = { path, text: text.value };
  if (isHostsPlan(file.text))
    return (await import("./apply-hosts-plan.ts")).applyHostsPlan(file, context, flags);
  if (flags.host !== undefined) return report(context, [planOfOneMachine(path)]);
  const pointless = onlyWithHosts("apply", flags);
  if (pointless !== undefined) return report(context, [pointless]);
  return applySavedPlan(file, context, flags);
}

/** Returns the text of a saved plan: of a file, or from the machine that asks for its apply. */
function readPlanText(path: string, { caller }: Context): Result<string> {
  try {
    return ok(caller?.savedPlan ?? readFileSync(path, "utf8"));
  } catch (error) {
    return fail("file-not-found", `cannot read the plan ${path}: ${fileTrouble(error)}`, {
      hint: "name a plan that was saved by `fleet plan --out FILE`, or the agents to apply",
    });
  }
}
