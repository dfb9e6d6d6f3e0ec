import type { Survey } from "../observed/survey.ts";
import { fileOf, keepDigests } from "../config/file/load.ts";
import type { FleetConfig } from "../config/types.ts";
import { inputPaths } from "../desired/inputs.ts";
import { layoutOf } from "../desired/layout.ts";
import { resolveFleet } from "../desired/agent/resolve.ts";
import type { Desired } from "../desired/types.ts";
import { ok, type Result } from "../diagnostics/diagnostic.ts";
import type { Exec } from "../system/exec.ts";
import type { Machine } from "../machine/machine.ts";
import { activeAgents } from "./activity/active-agents.ts";
import { beginToObserve } from "./observe.ts";
import { readAppliedFile } from "./runtime/applied-file.ts";
import { interruptible } from "../plan/fleet/interruptible.ts";
import type { Observed } from "../observed/types.ts";
import { withMissingPrograms } from "./missing-programs.ts";

interface SurveyContext {
  readonly machine: Machine;
  readonly exec: Exec;
  /** True if busy agents are interrupted too: then silent work does not matter. */
  readonly ignoresWork?: boolean;
}

/**
 * Reads the part of the machine for this fleet, and computes its desired state. Skips the start script's
 * files on the agents in `passOver`.
 */
export async function survey(
  config: FleetConfig,
  { machine, exec, ignoresWork = false }: SurveyContext,
  passOver?: (desired: Desired, observed: Omit<Observed, "runtime">) => ReadonlySet<string>,
): Promise<Result<Survey>> {
  const layout = layoutOf(config.name, config.tmux.socket, machine);
  const observation = beginToObserve(layout, inputPaths(config, machine.home), exec);
  // While systemctl and tmux are at work.
  const resolved = resolveFleet(config, machine, observation.inputs);
  keepDigests(config);
  const observed = await observation.finish(passOver && ((found) => passOver(resolved, found)));
  if (!observed.ok) return observed;
  const seen: Observed = { ...observed.value, appliedFile: readAppliedFile(layout, fileOf(config)) };
  const desired = await withMissingPrograms(config, resolved, seen, exec);
  const asked = ignoresWork ? [] : interruptible(desired, seen);
  if (asked.length === 0) return ok({ config, observed: seen, desired });
  const { silentWork, withSilentWork } = await import("./processes/silent-work.ts");
  const names = asked.filter(({ pane }) => pane.side === undefined).map(({ name }) => name);
  const [{ active, done }, silent] = await Promise.all([
    activeAgents(names, desired, seen, exec),
    silentWork(
      asked.filter(({ isQuiet }) => isQuiet),
      layout,
    ),
  ]);
  // An agent that says it is done may have left work in the background.
  const further = await silentWork(
    asked.filter(({ name, isQuiet }) => !isQuiet && done.has(name)),
    layout,
  );
  const work = new Map([...active, ...silent, ...further]);
  return ok({ config, observed: withSilentWork(seen, work, done), desired });
}
