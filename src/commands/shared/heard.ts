import { ignoredChecks } from "../../observe/doctor/ignored-checks.ts";
import type { Plan } from "../../plan/types.ts";
import type { FleetStatus } from "../../report/status/status-json.ts";
import type { Context } from "./context.ts";

/** Returns the status without the remarks somebody has silenced by `fleet doctor --ignore`. */
export async function heardStatus(status: FleetStatus, { machine }: Context): Promise<FleetStatus> {
  const ignored = ignoredChecks(machine);
  return ignored.size === 0 ? status : (await import("../../doctor/silence.ts")).silence(status, ignored);
}

/** Returns the plan for people, without the remarks somebody has silenced by `fleet doctor --ignore`. */
export async function heardPlan(plan: Plan, { machine }: Pick<Context, "machine">): Promise<Plan> {
  if (plan.notes.length === 0 && (plan.deviations ?? []).length === 0) return plan;
  const ignored = ignoredChecks(machine);
  return ignored.size === 0 ? plan : (await import("../../doctor/silence.ts")).silencePlan(plan, ignored);
}
