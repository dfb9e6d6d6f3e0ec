import type { ActivityState } from "../../activity/activity.ts";
import { hasActivities } from "../../activity/has-activities.ts";
import type { Desired } from "../../desired/types.ts";
import type { Observed, SilentWork } from "../../observed/types.ts";
import type { Exec } from "../../system/exec.ts";

/** The states that an interruption would hit. A limited agent does nothing, and an unknown state is no sign of work. */
const signs: Readonly<Partial<Record<ActivityState, SilentWork>>> = { working: "works", waiting: "waits" };

/** Returns the silent agents among `names` that work or wait for a person, as their programs tell. */
export async function activeAgents(
  names: readonly string[],
  desired: Desired,
  observed: Pick<Observed, "tmux">,
  exec: Exec,
): Promise<ReadonlyMap<string, SilentWork>> {
  if (names.length === 0 || !hasActivities(desired)) return new Map();
  const { observeActivities } = await import("./observe-activities.ts");
  const asked = new Set(names);
  const activities = await observeActivities(desired, observed, (name) => asked.has(name), exec);
  return new Map(
    [...activities].flatMap(([name, { state }]) => {
      const sign = signs[state];
      return sign === undefined ? [] : [[name, sign] as const];
    }),
  );
}
