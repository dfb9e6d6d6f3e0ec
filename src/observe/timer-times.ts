import { timerUnit } from "../desired/layout.ts";
import type { Desired } from "../desired/types.ts";
import { listTimers, type TimerTimes } from "../drivers/systemd/list-units.ts";
import type { Exec } from "../system/exec.ts";

/**
 * Returns a function from an agent to the times of its timer; undefined without one. One call of systemctl, and none
 * without a schedule.
 */
export async function readTimerTimes(
  exec: Exec,
  { agents, layout }: Desired,
): Promise<(agent: string) => TimerTimes | undefined> {
  const units = new Map(
    agents.flatMap(({ name, timer }) => (timer === undefined ? [] : [[name, timer.unit]])),
  );
  if (units.size === 0) return () => undefined;
  const times = await listTimers(exec, timerUnit(layout, "*"));
  return (agent) => {
    const unit = units.get(agent);
    return unit === undefined ? undefined : (times.get(unit) ?? noTimes);
  };
}

const noTimes: TimerTimes = { nextMs: undefined, lastMs: undefined };
