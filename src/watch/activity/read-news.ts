import type { ActivityReport } from "../../activity/activity.ts";
import {
  activityNews,
  type ActivityChange,
  type ActivityMemory,
  type SeenActivity,
} from "../../activity/activity-news.ts";
import { observeActivities } from "../../observe/activity/observe-activities.ts";
import { readReports } from "../../observe/activity/read-reports.ts";
import type { Exec } from "../../system/exec.ts";
import type { HeldPlan } from "../reconcile/plan-with-holds.ts";
import { changedReports, isToLookAt } from "./changed-reports.ts";

/** The knowledge of a follower between two readings. */
export interface FollowedActivity {
  readonly activities: ActivityMemory;
  readonly reports: ReadonlyMap<string, ActivityReport>;
  /** Agents to read again soon: their screens may show a limit later than a hook tells the end of their work. */
  readonly again: ReadonlySet<string>;
}

/** The knowledge before the first reading. */
export const noActivity: FollowedActivity = { activities: new Map(), reports: new Map(), again: new Set() };

/** A reading of activities. */
interface ActivityReading {
  readonly known: FollowedActivity;
  readonly changes: readonly ActivityChange[];
  /** The agents that were read again, and whose screens show the prompt by now. */
  readonly free: readonly string[];
}

/** Reads the agents with news since the last reading, or with `isWhole` all agents. */
export async function readNews(
  { desired, observed }: Pick<HeldPlan, "desired" | "observed">,
  before: FollowedActivity,
  isWhole: boolean,
  exec: Exec,
): Promise<ActivityReading> {
  const reports = readReports(desired.layout);
  const changed = changedReports(before.reports, reports);
  const programs = new Map(desired.agents.map(({ name, program }) => [name, program]));
  const isDueAgent = (name: string): boolean => isWhole || before.again.has(name);
  const found = await observeActivities(
    desired,
    observed,
    (name) => isDueAgent(name) || changed.has(name),
    exec,
    {
      reports,
      readsScreen: (name) => isDueAgent(name) || isToLookAt(reports.get(name), programs.get(name)),
    },
  );
  const panes = observed.tmux.kind === "absent" ? [] : observed.tmux.panes;
  const pids = new Map(panes.map(({ agent, pid }) => [agent, pid]));
  const seen = new Map<string, SeenActivity>(
    [...found].map(([name, activity]) => [
      name,
      { activity, pane: pids.get(name) ?? 0, program: reports.get(name)?.program },
    ]),
  );
  const news = activityNews(before.activities, seen, isWhole);
  const isIdle = (name: string): boolean => found.get(name)?.state === "idle";
  const again = new Set([...changed].filter(isIdle));
  return {
    known: { activities: news.memory, reports, again },
    changes: news.changes,
    free: [...before.again].filter(isIdle),
  };
}
