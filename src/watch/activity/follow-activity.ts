import type { ActivityChange } from "../../activity/activity-news.ts";
import type { Tell } from "../../events/watch-events.ts";
import { activitiesToTell } from "../../notify/activity-interest.ts";
import { maskText } from "../../secrets/mask.ts";
import type { Exec } from "../../system/exec.ts";
import { openPathWatcher, type PathWatcher } from "../paths/path-watcher.ts";
import type { HeldPlan } from "../reconcile/plan-with-holds.ts";
import { activityToWatch, secondLookMs } from "../source/follow-machine.ts";
import { agentsToFree } from "./agents-to-free.ts";
import { createPacedReading } from "./paced-reading.ts";
import { noActivity, readNews } from "./read-news.ts";

/** Follows what agents do, for as long as somebody wants to know it. */
export interface ActivityFollower {
  /** Takes a look of the watch: it knows the panes, and it is the time for the screens. */
  seen(look: HeldPlan): void;
  close(): void;
}

interface ActivityContext {
  readonly exec: Exec;
  readonly tell: Tell;
  /** Called when an agent says it is idle and a change waits for that. */
  readonly onFree: () => void;
}

/** The time from the first report of a burst to its reading, ms. */
const gatherMs = 200;

/**
 * Tells the activities that receivers and hooks want to know. The folder of the reports tells when to read them. The
 * screens are read at each look, and once for a burst of agents after their work: a limit looks like that to a hook.
 * Without anybody who wants to know, it watches and reads nothing.
 */
export function followActivity({ exec, tell, onFree }: ActivityContext): ActivityFollower {
  let look: HeldPlan | undefined;
  let wanted: ReturnType<typeof activitiesToTell> = new Set();
  let freed: ReadonlySet<string> = new Set();
  let watcher: PathWatcher | undefined;
  let known = noActivity;
  let isWholeDue = false;
  const reading = createPacedReading(readChanged);

  return {
    seen(held) {
      look = held;
      wanted = activitiesToTell(held.config, held.desired);
      freed = agentsToFree(held);
      if (wanted.size === 0 && freed.size === 0) {
        closeWatcher();
        return;
      }
      watcher ??= openPathWatcher(() => reading.wakeIn(gatherMs));
      isWholeDue = true;
      reading.wakeIn(0);
    },
    close: closeWatcher,
  };

  function closeWatcher(): void {
    watcher?.close();
    watcher = undefined;
    reading.stop();
    known = noActivity;
  }

  async function readChanged(): Promise<void> {
    if (look === undefined || watcher === undefined) return;
    const [held, current, isWhole] = [look, watcher, isWholeDue];
    isWholeDue = false;
    if (isWhole) await current.update([activityToWatch(held.desired.layout)]);
    const next = await readNews(held, known, isWhole, exec);
    // Nobody may want to know it any more.
    if (watcher !== current) return;
    known = next.known;
    for (const change of next.changes) if (wanted.has(change.activity.state)) tellChange(change);
    if (known.again.size > 0) reading.wakeIn(secondLookMs);
    // A look that decides otherwise is not repeated for the same report.
    if (next.free.some((name) => freed.has(name))) onFree();
  }

  function tellChange({ agent, activity: { state, reason, sinceMs, source } }: ActivityChange): void {
    const masked = reason === undefined ? undefined : maskText(reason, "rest");
    tell({ kind: "activity", agent, state, reason: masked, sinceMs, source });
  }
}
