import { recreateSocket } from "../../apply/recreate-socket.ts";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Fix } from "../../doctor/finding.ts";
import { enableLinger } from "../../drivers/systemd/lingering.ts";
import { daemonReload, runVerb } from "../../drivers/systemd/verbs.ts";
import { observeLingering } from "../../observe/lingering.ts";
import type { Context } from "../shared/context.ts";

/** The longest time for `reset-failed`, ms: systemd only forgets something. */
const resetTimeoutMs = 20_000;

/** Applies one fix. `layout` is that of the fleet, undefined without a valid fleet.yaml. */
export async function applyFix(
  fix: Fix,
  layout: Layout | undefined,
  { exec, machine }: Context,
): Promise<Result<void>> {
  switch (fix.kind) {
    case "daemon-reload":
      return daemonReload(exec);
    case "reset-failed":
      return runVerb(exec, "reset-failed", fix.units, resetTimeoutMs);
    case "recreate-socket":
      return layout === undefined ? ok(undefined) : recreateSocket(exec, layout);
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
