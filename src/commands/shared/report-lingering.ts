import { ignoredChecks } from "../../observe/doctor/ignored-checks.ts";
import { observeLingering } from "../../observe/lingering.ts";
import type { Plan } from "../../plan/types.ts";
import { fleetEndsAtLogout } from "../../report/status/lingering-text.ts";
import type { Context } from "./context.ts";

/**
 * Reports, after the apply that installs a fleet, that it ends at logout. Other applies do not ask logind.
 */
export async function reportLingering(plan: Plan, { exec, machine, output }: Context): Promise<void> {
  const installs = plan.shared.some(({ role, reason }) => role === "holder" && reason === "new");
  if (!installs || output.options.json || ignoredChecks(machine).has("lingering")) return;
  if ((await observeLingering(exec, machine.uid)) === false) output.remark(fleetEndsAtLogout);
}
