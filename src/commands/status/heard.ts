import { ignoredChecks } from "../../observe/doctor/ignored-checks.ts";
import type { FleetStatus } from "../../report/status/status-json.ts";
import type { Context } from "../shared/context.ts";

/** Returns the status without the remarks somebody has silenced by `fleet doctor --ignore`. */
export async function heard(status: FleetStatus, { machine }: Context): Promise<FleetStatus> {
  const ignored = ignoredChecks(machine);
  return ignored.size === 0 ? status : (await import("../../doctor/silence.ts")).silence(status, ignored);
}
