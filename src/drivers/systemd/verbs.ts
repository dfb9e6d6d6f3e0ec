import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainSystemctl, runSystemctl } from "./systemctl.ts";

export type UnitVerb = "start" | "stop" | "restart" | "reset-failed";

/** Measured: 159 ms at 500 agents; a machine under load may take a hundred times as long. */
const reloadTimeoutMs = 60_000;

/** Has the manager read all unit files again. */
export async function daemonReload(exec: Exec): Promise<Result<void>> {
  const args = ["daemon-reload"];
  const outcome = await runSystemctl(exec, args, reloadTimeoutMs);
  return outcome.kind === "exited" && outcome.code === 0 ? ok(undefined) : explainSystemctl(outcome, args);
}

/** Sends a signal to the main process of one unit. */
export async function signalMain(exec: Exec, unit: string, signal: string): Promise<Result<void>> {
  const args = ["kill", "--kill-who=main", `--signal=${signal}`, "--", unit];
  const outcome = await runSystemctl(exec, args, signalTimeoutMs);
  return outcome.kind === "exited" && outcome.code === 0 ? ok(undefined) : explainSystemctl(outcome, args);
}

const signalTimeoutMs = 20_000;

/**
 * One call for all units, however many, that returns when their jobs are done. A job that failed is not told here
 * (systemctl exits with 1 but has done the others): look at the units afterwards. Names only, never patterns.
 */
export async function runVerb(
  exec: Exec,
  verb: UnitVerb,
  units: readonly string[],
  timeoutMs: number,
): Promise<Result<void>> {
  const args = [verb, "--", ...units];
  const outcome = await runSystemctl(exec, args, timeoutMs);
  if (outcome.kind === "exited" && (outcome.code === 0 || isJobFailure(outcome.stderr))) return ok(undefined);
  return explainSystemctl(outcome, args);
}

/**
 * What systemctl says of units that it did reach but whose job or state was not as asked (systemd 252 to 257). What it
 * says where it has lost the manager begins likewise, as in `Failed to stop x.service: Connection reset by peer`.
 */
function isJobFailure(stderr: string): boolean {
  return jobFailure.test(stderr) && !lostManager.test(stderr);
}

const jobFailure =
  /^(?:Job for|A dependency job for|Job .* (?:canceled|failed|timed out)|Failed to (?:start|stop|restart|reset failed state of unit) )/m;

/** Words of errno(3) and sd-bus(3) for a connection that ended, or a manager that is not there or does not answer. */
const lostManager =
  /Connection (?:reset|refused|timed out)|Transport endpoint|disconnected|Broken pipe|Connection terminated|Failed to wait for response|did not receive a reply|Did not receive a reply|Message recipient|No such process|Failed to (?:connect|get)/m;
