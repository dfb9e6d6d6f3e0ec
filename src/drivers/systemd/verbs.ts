import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { explainSystemctl, runSystemctl } from "./systemctl.ts";

export type UnitVerb = "start" | "stop" | "restart" | "reset-failed";

/** Measured: 159 ms at 500 agents; a machine under load may take a hundred times as long. */
const reloadTimeoutMs = 60_000;

/** Reloads all unit files in the manager. */
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

/** The most calls for a stop a start has replaced. */
const stopCalls = 3;

/**
 * Runs one verb on all units in one call, and returns after their jobs have ended. Does not report a failed
 * job (systemctl exits with 1 but has done the others): read the states of the units afterwards. Takes names
 * only, never patterns. Repeats a stop if a start has replaced its job, and reports it if that happens again and again.
 */
export async function runVerb(
  exec: Exec,
  verb: UnitVerb,
  units: readonly string[],
  timeoutMs: number,
): Promise<Result<void>> {
  const args = [verb, "--", ...units];
  let outcome = await runSystemctl(exec, args, timeoutMs);
  if (verb === "stop") {
    for (let calls = 1; calls < stopCalls && isReplaced(outcome); calls += 1) {
      outcome = await runSystemctl(exec, args, timeoutMs);
    }
    if (isReplaced(outcome)) return explainSystemctl(outcome, args);
  }
  if (outcome.kind === "exited" && (outcome.code === 0 || isJobFailure(outcome.stderr))) return ok(undefined);
  return explainSystemctl(outcome, args);
}

/** Returns true if another job has replaced one of this call: for a stop, the start by a timer or a person. */
function isReplaced(outcome: CommandOutcome): boolean {
  return outcome.kind === "exited" && outcome.code !== 0 && /^Job for .* canceled/m.test(outcome.stderr);
}

/**
 * Returns true for systemctl's messages about units it reached, but with a job or state other than asked
 * (systemd 252 to 257). If it has lost the manager, its messages begin in the same way, for example
 * `Failed to stop x.service: Connection reset by peer`.
 */
function isJobFailure(stderr: string): boolean {
  return jobFailure.test(stderr) && !lostManager.test(stderr);
}

const jobFailure =
  /^(?:Job for|A dependency job for|Job .* (?:canceled|failed|timed out)|Failed to (?:start|stop|restart|reset failed state of unit) )/m;

/** Words of errno(3) and sd-bus(3) for a lost connection, and for a missing or silent manager. */
const lostManager =
  /Connection (?:reset|refused|timed out)|Transport endpoint|disconnected|Broken pipe|Connection terminated|Failed to wait for response|did not receive a reply|Did not receive a reply|Message recipient|No such process|Failed to (?:connect|get)/m;
