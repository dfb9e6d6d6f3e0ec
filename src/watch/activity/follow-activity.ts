import type { ActivityReport } from "../../activity/activity.ts";
import { activityNews, type ActivityMemory, type SeenActivity } from "../../activity/activity-news.ts";
import type { Tell } from "../../events/watch-events.ts";
import { activitiesToTell } from "../../notify/activity-interest.ts";
import { observeActivities } from "../../observe/activity/observe-activities.ts";
import { readReports } from "../../observe/activity/read-reports.ts";
import { maskText } from "../../secrets/mask.ts";
import type { Exec } from "../../system/exec.ts";
import { openPathWatcher, type PathWatcher } from "../paths/path-watcher.ts";
import type { HeldPlan } from "../reconcile/plan-with-holds.ts";
import { activityToWatch } from "../source/follow-machine.ts";
import { agentsToFree } from "./agents-to-free.ts";
import { changedReports, isToLookAt } from "./changed-reports.ts";

/** Follows what agents do, for as long as somebody wants to know it. */
export interface ActivityFollower {
  /** Takes a look of the watch: it knows the panes, and it is the time for the screens. */
  seen(look: HeldPlan): void;
  close(): void;
}

interface Surroundings {
  readonly exec: Exec;
  readonly tell: Tell;
  /** Called when an agent says it is idle and a change waits for that. */
  readonly onFree: () => void;
}

/** The time from the first report of a burst to its reading, ms. */
const gatherMs = 200;
/** The time until a second reading of an agent after its work, ms: its screen may show a limit later. */
const secondMs = 2_000;
/** The rest after a reading, in times of its processor time, at least. */
const leastRest = 10;

/**
 * Tells the activities that receivers and hooks want to know. The folder of the reports tells when to read them. The
 * screens are read at each look, and once for a burst of agents after their work: a limit looks like that to a hook.
 * Without anybody who wants to know, it watches and reads nothing.
 */
export function followActivity({ exec, tell, onFree }: Surroundings): ActivityFollower {
  let look: HeldPlan | undefined;
  let wanted: ReturnType<typeof activitiesToTell> = new Set();
  let freed: ReadonlySet<string> = new Set();
  let watcher: PathWatcher | undefined;
  let memory: ActivityMemory = new Map();
  let reports: ReadonlyMap<string, ActivityReport> = new Map();
  /** Agents to read again at the next reading. */
  let again: ReadonlySet<string> = new Set();
  let isWholeDue = false;
  let isReading = false;
  let timer: NodeJS.Timeout | undefined;
  /** The time of the next reading, by performance.now(). */
  let dueMs = Infinity;
  /** No reading begins before. */
  let notBeforeMs = 0;

  return {
    seen(held) {
      look = held;
      wanted = activitiesToTell(held.config, held.desired);
      freed = agentsToFree(held);
      if (wanted.size === 0 && freed.size === 0) {
        end();
        return;
      }
      watcher ??= openPathWatcher(() => wakeIn(gatherMs));
      isWholeDue = true;
      wakeIn(0);
    },
    close: end,
  };

  function end(): void {
    watcher?.close();
    watcher = undefined;
    clearTimeout(timer);
    dueMs = Infinity;
    [memory, reports, again] = [new Map(), new Map(), new Set()];
  }

  /** Reads within some ms. A later change does not delay a reading that is due. */
  function wakeIn(ms: number): void {
    if (watcher === undefined) return;
    const at = Math.max(performance.now() + ms, notBeforeMs);
    if (at >= dueMs) return;
    dueMs = at;
    clearTimeout(timer);
    if (!isReading) timer = setTimeout(() => void read(), at - performance.now());
  }

  async function read(): Promise<void> {
    if (look === undefined || watcher === undefined) return;
    const [held, current] = [look, watcher];
    isReading = true;
    dueMs = Infinity;
    const before = process.cpuUsage();
    try {
      if (isWholeDue) await current.update([activityToWatch(held.desired.layout)]);
      if (watcher === current) await readFor(held);
    } catch {
      // The next look reads everything again.
    }
    const { user, system } = process.cpuUsage(before);
    notBeforeMs = performance.now() + (leastRest * (user + system)) / 1000;
    isReading = false;
    if (watcher === undefined || dueMs === Infinity) return;
    timer = setTimeout(() => void read(), Math.max(dueMs, notBeforeMs) - performance.now());
  }

  async function readFor(held: HeldPlan): Promise<void> {
    const { desired, observed } = held;
    const isWhole = isWholeDue;
    const asked = again;
    [isWholeDue, again] = [false, new Set()];
    const found = readReports(desired.layout);
    const changed = changedReports(reports, found);
    reports = found;
    const programs = new Map(desired.agents.map(({ name, program }) => [name, program]));
    const toLookAt = (name: string): boolean =>
      isWhole || asked.has(name) || isToLookAt(found.get(name), programs.get(name));
    const only = (name: string): boolean => isWhole || asked.has(name) || changed.has(name);
    const activities = await observeActivities(desired, observed, only, exec, {
      reports: found,
      readsScreen: toLookAt,
    });
    const panes = observed.tmux.kind === "absent" ? [] : observed.tmux.panes;
    const pids = new Map(panes.map(({ agent, pid }) => [agent, pid]));
    const seen = new Map<string, SeenActivity>(
      [...activities].map(([name, activity]) => [
        name,
        { activity, pane: pids.get(name) ?? 0, program: found.get(name)?.program },
      ]),
    );
    const next = activityNews(memory, seen, isWhole);
    memory = next.memory;
    for (const { agent, activity } of next.changes) {
      if (!wanted.has(activity.state)) continue;
      const { state, reason, sinceMs, source } = activity;
      const masked = reason === undefined ? undefined : maskText(reason, "rest");
      tell({ kind: "activity", agent, state, reason: masked, sinceMs, source });
    }
    const done = [...changed].filter((name) => activities.get(name)?.state === "idle");
    if (done.length > 0) {
      again = new Set([...again, ...done]);
      wakeIn(secondMs);
    }
    // By now, the screen shows the prompt. A look that decides otherwise is not repeated for the same report.
    const free = [...asked].filter((name) => freed.has(name) && activities.get(name)?.state === "idle");
    if (free.length > 0) onFree();
  }
}
