import type { FleetConfig } from "../../config/types.ts";
import { defaultTopics } from "../../config/schema/notify.ts";
import type { Tell, WatchEvent } from "../../events/watch-events.ts";
import { noNotices, noticeOf } from "../../notify/notice.ts";
import type { Means } from "./deliver.ts";
import { createMailbox, type Mailbox } from "./mailbox.ts";

/** Sends the news of a watch to the receivers of fleet.yaml. */
export interface Notifier {
  /** Takes the receivers of a configuration. News for one that stays is kept. */
  readonly configure: (config: FleetConfig) => void;
  readonly tell: (event: WatchEvent) => void;
  /** Sends the rest at once, and waits for that a short while. */
  readonly end: () => Promise<void>;
}

/** The wait for the last messages, ms. */
const lastMs = 2_000;

/**
 * Returns a notifier that reports the failures of its receivers to `tell`. A receiver that hangs or fails delays no other
 * one, and not the watch.
 */
export function openNotifications(means: Omit<Means, "abort">, tell: Tell): Notifier {
  const mailboxes = new Map<string, Mailbox>();
  let state = noNotices;
  let fleet = "";
  const ending = new AbortController();

  return {
    configure(config) {
      fleet = config.name;
      const receivers = new Map((config.notify ?? []).map((each) => [JSON.stringify(each), each]));
      for (const [key, mailbox] of mailboxes) {
        if (receivers.has(key)) continue;
        mailbox.drop();
        mailboxes.delete(key);
      }
      for (const [key, receiver] of receivers) {
        if (mailboxes.has(key)) continue;
        mailboxes.set(key, createMailbox(receiver, { ...means, abort: ending.signal }, tell));
      }
    },
    tell(event) {
      const next = noticeOf(state, event, Date.now());
      state = next.state;
      const { notice } = next;
      if (notice === undefined) return;
      for (const mailbox of mailboxes.values()) {
        if ((mailbox.receiver.on ?? defaultTopics).includes(notice.topic)) mailbox.add(notice, fleet);
      }
    },
    async end() {
      const last = Promise.all([...mailboxes.values()].map((mailbox) => mailbox.empty()));
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, lastMs).unref());
      await Promise.race([last, timeout]);
      // A command that hangs would outlive the watch.
      ending.abort();
    },
  };
}
