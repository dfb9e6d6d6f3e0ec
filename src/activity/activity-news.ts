import type { Activity, ActivityState } from "./activity.ts";

/** An agent's activity in one reading. */
export interface SeenActivity {
  readonly activity: Activity;
  /** The run it belongs to: the process of the pane. */
  readonly pane: number;
  /** The program that has reported, as `PID START`; undefined without a report. */
  readonly program: string | undefined;
}

/** The last known activity of each agent. */
export type ActivityMemory = ReadonlyMap<string, SeenActivity>;

/** A change people may want to know of. */
export interface ActivityChange {
  readonly agent: string;
  readonly activity: Activity & { readonly state: "waiting" | "limited" | "idle" };
}

/**
 * Returns the changes of a reading, each once, and the memory after it. A reading of all agents (`isWhole`) forgets
 * those that are not in it. An agent that waits or is limited is news also in the first reading, because nobody may
 * know it. Idle is news after work of the same run. A later report of the same activity tells of another one in
 * between, unseen by any reading. An unknown activity tells nothing, and the one before stays. Pure.
 */
export function activityNews(
  memory: ActivityMemory,
  seen: ReadonlyMap<string, SeenActivity>,
  isWhole: boolean,
): { readonly memory: ActivityMemory; readonly changes: readonly ActivityChange[] } {
  const next = new Map(isWhole ? [...memory].filter(([agent]) => seen.has(agent)) : memory);
  const changes: ActivityChange[] = [];
  for (const [agent, now] of seen) {
    const last = memory.get(agent);
    const before = last !== undefined && isSameRun(last, now) ? last : undefined;
    const { activity, program } = now;
    const { state } = activity;
    if (state === "unknown") {
      if (before === undefined) next.delete(agent);
      continue;
    }
    next.set(agent, { ...now, program: program ?? before?.program });
    if (isNews(before?.activity, activity) && isNewsState(state))
      changes.push({ agent, activity: { ...activity, state } });
  }
  return { memory: next, changes };
}

function isSameRun(one: SeenActivity, other: SeenActivity): boolean {
  const isOther = one.program !== undefined && other.program !== undefined && one.program !== other.program;
  return one.pane === other.pane && !isOther;
}

function isNews(before: Activity | undefined, now: Activity): boolean {
  const isReported = before?.source === "hook" && now.source === "hook";
  const isAgain = before?.state === now.state && isReported && now.sinceMs > before.sinceMs;
  if (now.state === "idle") return before?.state === "working" || isAgain;
  return now.state !== before?.state || (now.state === "waiting" && isAgain);
}

function isNewsState(state: ActivityState): state is "waiting" | "limited" | "idle" {
  return state === "waiting" || state === "limited" || state === "idle";
}
