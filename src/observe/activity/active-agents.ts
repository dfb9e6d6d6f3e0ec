import type { ActivityState } from "../../activity/activity.ts";
import { hasActivities } from "../../activity/has-activities.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed, SilentWork } from "../../observed/types.ts";
import type { Exec } from "../../system/exec.ts";

/** The states an interruption would hit. A limited agent does nothing, and an unknown state is no sign of work. */
const workSigns: Readonly<Partial<Record<ActivityState, SilentWork>>> = {
  working: "works",
  waiting: "waits",
};

/** The agents whose programs tell what an interruption would hit. */
interface ActiveAgents {
  /** The agents that work or wait for a person. */
  readonly active: ReadonlyMap<string, SilentWork>;
  /** The idle agents with an empty prompt. */
  readonly done: ReadonlySet<string>;
}

const noneActive: ActiveAgents = { active: new Map(), done: new Set() };

/** Returns what the programs of these agents tell. */
export async function activeAgents(
  names: readonly string[],
  desired: Desired,
  observed: Pick<Observed, "tmux">,
  exec: Exec,
): Promise<ActiveAgents> {
  if (names.length === 0 || !hasActivities(desired)) return noneActive;
  const { observeActivities } = await import("./observe-activities.ts");
  const asked = new Set(names);
  const activities = [...(await observeActivities(desired, observed, (name) => asked.has(name), exec))];
  return {
    active: new Map(
      activities.flatMap(([name, { state }]) => {
        const sign = workSigns[state];
        return sign === undefined ? [] : [[name, sign] as const];
      }),
    ),
    done: new Set(activities.flatMap(([name, { isAtPrompt }]) => (isAtPrompt === true ? [name] : []))),
  };
}
