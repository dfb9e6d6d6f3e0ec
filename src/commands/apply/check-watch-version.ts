import { version } from "../../desired/version.ts";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { ObservedWatch } from "../../observed/types.ts";
import { readWatcher } from "../../observe/watch/watcher.ts";
import { watchTakesBack } from "../../plan/fleet/version-check.ts";
import type { Plan } from "../../plan/types.ts";
import { renewal } from "../../report/plan/note-text.ts";

/**
 * Refuses a plan that writes files while a watch of another version runs: it would revert them, and might restart
 * agents for it.
 */
export function checkWatchVersion({ actions, fleet }: Plan, layout: Layout): Result<void> {
  if (!actions.some(({ kind }) => kind === "write-file")) return ok(undefined);
  const watch = watchOf(layout);
  if (watch === undefined || !watchTakesBack({ watch })) return ok(undefined);
  const its = watch.version === undefined ? "an earlier version" : `version ${watch.version}`;
  return fail("blocked", `fleet ${fleet} is watched by ${its} of mosaic-fleet, and this is ${version}`, {
    detail: "The watch would write its own units and env files again. Nothing was changed.",
    hint: renewal(watch, version),
  });
}

function watchOf(layout: Layout): ObservedWatch | undefined {
  const { pid, unit, isService, version: its } = readWatcher(layout) ?? {};
  return pid === undefined ? undefined : { pid, unit: isService ? unit : undefined, version: its };
}
