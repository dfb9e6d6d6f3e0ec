import { tmuxVersion } from "../../drivers/tmux/version.ts";
import { ignoredChecks } from "../../observe/doctor/ignored-checks.ts";
import { readControllers } from "../../observe/in-force/controllers.ts";
import { observeLingering } from "../../observe/lingering.ts";
import type { Plan } from "../../plan/types.ts";
import {
  fleetEndsAtLogout,
  oldTmuxLines,
  missingControllersLines,
} from "../../report/status/machine-text.ts";
import type { Context } from "../shared/context.ts";

/**
 * Reports, after the first apply of a fleet, its end at logout, an old tmux, and missing figures: once, and not if
 * somebody ignores that check. Other applies ask neither logind nor tmux.
 */
export async function reportMachine(plan: Plan, { exec, machine, output }: Context): Promise<void> {
  const installs = plan.shared.some(({ role, reason }) => role === "holder" && reason === "new");
  if (!installs || output.options.json) return;
  const ignored = ignoredChecks(machine);
  const [lingering, version] = await Promise.all([
    ignored.has("lingering") ? undefined : observeLingering(exec, machine.uid),
    ignored.has("tmux") ? undefined : tmuxVersion(exec),
  ]);
  // The plan has told about limits without a controller.
  const isTold = (plan.deviations ?? []).some(({ kind }) => kind === "not-enforced");
  const controllers =
    isTold || ignored.has("controllers") ? undefined : readControllers(undefined, machine.uid);
  for (const line of [
    ...(lingering === false ? [fleetEndsAtLogout] : []),
    ...oldTmuxLines(version?.ok ? version.value : undefined),
    ...missingControllersLines(controllers),
  ])
    output.remark(line);
}
