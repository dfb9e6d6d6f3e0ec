import type { LoadedFleet } from "../../config/file/load.ts";
import type { FleetConfig } from "../../config/types.ts";
import { scheduleOf } from "../../desired/schedule/timer.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { readSchedules, type NextTimes } from "../../observe/schedules.ts";
import type { Plan } from "../../plan/types.ts";
import type { Context } from "../shared/context.ts";

/** Checks the schedules of a fleet, see readSchedules. Without systemd-analyze it warns, and fails nothing. */
export async function checkSchedules(
  config: FleetConfig,
  loaded: LoadedFleet | undefined,
  { exec, output }: Context,
): Promise<Result<NextTimes>> {
  const checked = await readSchedules(config, loaded, exec);
  if (checked.ok && checked.value === undefined)
    output.remark("The schedules are not checked: systemd-analyze was not found.");
  return checked;
}

/** Returns a plan with a note of the next runs of the timers it starts or changes. */
export function withNextRuns(plan: Plan, config: FleetConfig, next: NextTimes): Plan {
  const timers = plan.actions.filter(
    ({ kind, target }) => (kind === "start" || kind === "write-file") && target.endsWith(".timer"),
  );
  const runs = [...new Set(timers.map(({ agent = "" }) => agent))].flatMap((agent) => {
    const entry = config.agents[agent] ?? config.agents[agent.replace(/-[1-9]\d*$/, "")];
    const [first] = (entry === undefined ? undefined : scheduleOf(entry))?.at ?? [];
    const at = first === undefined ? undefined : next?.get(first);
    return at === undefined ? [] : [{ agent, at }];
  });
  return runs.length === 0 ? plan : { ...plan, notes: [...plan.notes, { kind: "next-runs", runs }] };
}
