import { setTimeout as sleep } from "node:timers/promises";
import { historyPath, lockPath } from "../../desired/layout.ts";
import { changedAtMs } from "../../drivers/files/read.ts";
import type { FleetEvent, LifeEvent } from "../../history/fleet-event.ts";
import { mergeEvents, type EventsWanted } from "../../history/merge-events.ts";
import type { RunRecord } from "../../history/run-record.ts";
import { readLockHolder } from "../../observe/watch/lock-holder.ts";
import { listenForEnd } from "../../system/end-request.ts";
import { readHistory } from "./read-history.ts";
import { readLives, type LivesPlace, type LivesReading } from "./read-lives.ts";

/** The parts of a follower. */
interface FollowedEvents {
  readonly reading: LivesReading;
  readonly wanted: EventsWanted;
  /** Number of records that were shown, or are too old. */
  readonly known: number;
  /** Undefined without a journal. */
  readonly place: LivesPlace | undefined;
  readonly show: (events: readonly FleetEvent[]) => void;
}

/** Time between two looks at the history, ms: a look is one call to stat. */
const intervalMs = 250;

/** Looks at the history between two at the journal, which takes a process. */
const looksPerJournal = 4;

/** The longest wait for the record of a run that has just started or stopped agents, ms. */
const patienceMs = 30_000;

/** Prints new events until Ctrl-C, SIGTERM, or the end of the reader. */
export async function followEvents({ reading, wanted, known, place, show }: FollowedEvents): Promise<void> {
  const ended = listenForEnd();
  const { layout } = reading;
  const path = historyPath(layout);
  const beganMs = Date.now();
  let changed = changedAtMs(path);
  let last = lastTime(readHistory(layout).slice(0, known));
  let journal = place;
  let held: readonly LifeEvent[] = [];
  try {
    for (let look = 1; !ended.signal.aborted; look += 1) {
      await sleep(intervalMs, undefined, { signal: ended.signal }).catch(() => undefined);
      if (ended.signal.aborted) return;
      if (look % looksPerJournal !== 0 && changedAtMs(path) === changed) continue;
      // The journal first: a record read afterwards tells to which run its events belong.
      if (journal !== undefined) {
        // Without an entry so far there is no place to go on from, except this time.
        const from = { ...reading, tail: undefined, sinceMs: beganMs };
        const read = await readLives(from, journal);
        if (read.ok) {
          held = [...held, ...read.value.events];
          journal = read.value;
        }
      }
      changed = changedAtMs(path);
      const fresh = readHistory(layout).filter(({ time }) => time > last);
      last = lastTime(fresh) || last;
      const isUnderWay = fresh.length === 0 && readLockHolder(lockPath(layout)) !== undefined;
      const due = held.filter(({ atMs }) => !isUnderWay || Date.now() - atMs > patienceMs);
      held = held.filter((event) => !due.includes(event));
      show(mergeEvents(fresh, due, wanted));
    }
  } finally {
    ended.close();
  }
}

/** Returns the time of the last of these records; empty for none. */
function lastTime(records: readonly RunRecord[]): string {
  return records.at(-1)?.time ?? "";
}
