import { recreateSocket } from "../../apply/perform/recreate-socket.ts";
import { performCall } from "../../apply/perform/perform-call.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Fix } from "../../doctor/finding.ts";
import { makeWritable } from "../../drivers/files/write.ts";
import { enableLinger } from "../../drivers/systemd/lingering.ts";
import { daemonReload, runVerb } from "../../drivers/systemd/verbs.ts";
import { observeLingering } from "../../observe/lingering.ts";
import { survey } from "../../observe/survey.ts";
import { cautious } from "../../plan/cautious.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import type { CallAction } from "../../plan/types.ts";
import type { Context } from "../shared/context.ts";
import type { DiagnosedFleet } from "./diagnose.ts";

/** The longest time for `reset-failed`, ms: systemd only forgets something. */
const forgetTimeoutMs = 20_000;

/** Applies one fix. `fleet` is undefined without a valid fleet.yaml. */
export async function applyFix(
  fix: Fix,
  fleet: DiagnosedFleet | undefined,
  context: Context,
): Promise<Result<void>> {
  const { exec, machine } = context;
  switch (fix.kind) {
    case "daemon-reload":
      return daemonReload(exec);
    case "reset-failed":
      return runVerb(exec, "reset-failed", fix.units, forgetTimeoutMs);
    case "recreate-socket":
      return fleet === undefined ? ok(undefined) : recreateSocket(exec, fleet.layout);
    case "make-writable":
      return makeWritable(fix.path);
    case "start-logs":
      return fleet === undefined ? ok(undefined) : startLogs(fleet, context);
    case "enable-linger": {
      const problem = await enableLinger(exec);
      // Its exit status says little: logind may have done it all the same, or not.
      if ((await observeLingering(exec, machine.uid)) === true) return ok(undefined);
      return fail("command-failed", "lingering was not enabled", {
        detail: problem,
        hint: "ask an administrator for `loginctl enable-linger $USER`",
      });
    }
  }
}

/** Looks again, because the lock is held only now, and starts the logs nothing writes. */
async function startLogs(
  { config, layout }: DiagnosedFleet,
  { exec, machine }: Context,
): Promise<Result<void>> {
  const surveyed = await survey(config, { machine, exec, ignoresWork: true });
  if (!surveyed.ok) return surveyed;
  const { desired, observed } = surveyed.value;
  const isLogRepair = (action: { kind: string; reason: string }): action is CallAction =>
    action.kind === "log" && action.reason === "log-ended";
  const [first, ...others] = planFleet(desired, observed, cautious).actions.filter(isLogRepair);
  return first === undefined ? ok(undefined) : performCall([first, ...others], { exec, layout });
}
