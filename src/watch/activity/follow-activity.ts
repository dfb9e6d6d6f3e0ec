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
export function followActivity(context: ActivityContext): ActivityFollower {
  return new ReportFollower(context);
}

class ReportFollower implements ActivityFollower {
  readonly #context: ActivityContext;
  readonly #reading = createPacedReading(() => this.#readChanged());
  /** The last look of the watch. */
  #look: HeldPlan | undefined;
  /** The activities somebody wants to know, and the agents whose change waits until they are idle: by the last look. */
  #wanted: ReturnType<typeof activitiesToTell> = new Set();
  #freed: ReadonlySet<string> = new Set();
  /** Undefined while nobody wants to know anything. */
  #watcher: PathWatcher | undefined;
  #known = noActivity;
  /** True if the next reading is one of all agents. */
  #isWholeDue = false;

  constructor(context: ActivityContext) {
    this.#context = context;
  }

  seen(look: HeldPlan): void {
    this.#look = look;
    this.#wanted = activitiesToTell(look.config, look.desired);
    this.#freed = agentsToFree(look);
    if (this.#wanted.size === 0 && this.#freed.size === 0) {
      this.close();
      return;
    }
    this.#watcher ??= openPathWatcher(() => this.#reading.wakeIn(gatherMs));
    this.#isWholeDue = true;
    this.#reading.wakeIn(0);
  }

  close(): void {
    this.#watcher?.close();
    this.#watcher = undefined;
    this.#reading.stop();
    this.#known = noActivity;
  }

  async #readChanged(): Promise<void> {
    const [look, watcher, isWhole] = [this.#look, this.#watcher, this.#isWholeDue];
    if (look === undefined || watcher === undefined) return;
    this.#isWholeDue = false;
    if (isWhole) await watcher.update([activityToWatch(look.desired.layout)]);
    const next = await readNews(look, this.#known, isWhole, this.#context.exec);
    // Nobody may want to know it any more.
    if (this.#watcher !== watcher) return;
    this.#known = next.known;
    for (const change of next.changes)
      if (this.#wanted.has(change.activity.state)) tellChange(change, this.#context.tell);
    if (next.known.again.size > 0) this.#reading.wakeIn(secondLookMs);
    // A look that decides otherwise is not repeated for the same report.
    if (next.free.some((name) => this.#freed.has(name))) this.#context.onFree();
  }
}

function tellChange({ agent, activity }: ActivityChange, tell: Tell): void {
  const { reason, sinceMs, source, state } = activity;
  const masked = reason === undefined ? undefined : maskText(reason, "rest");
  tell({ kind: "activity", agent, state, reason: masked, sinceMs, source });
}
