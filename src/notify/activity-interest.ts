import { hasActivities } from "../activity/has-activities.ts";
import { defaultTopics, type Topic } from "../config/schema/notify.ts";
import type { FleetConfig } from "../config/types.ts";
import type { Desired } from "../desired/types.ts";

/** The activities that are news. */
const toldActivities = ["waiting", "limited", "idle"] as const satisfies readonly Topic[];

/** One of these activities. */
type ToldActivity = (typeof toldActivities)[number];

/** Returns the activities somebody wants to know of: a receiver of news, or a hook of an agent. */
export function activitiesToTell(
  { notify = [] }: Pick<FleetConfig, "notify">,
  desired: Desired,
): ReadonlySet<ToldActivity> {
  const topics = new Set<Topic>(notify.flatMap(({ on }) => on ?? defaultTopics));
  const hasHook = desired.agents.some(({ onWaiting }) => onWaiting !== undefined);
  if (!hasHook && !toldActivities.some((topic) => topics.has(topic))) return new Set();
  if (!hasActivities(desired)) return new Set();
  return new Set(toldActivities.filter((topic) => topics.has(topic) || (hasHook && topic === "waiting")));
}
