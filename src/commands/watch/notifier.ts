import { hostname } from "node:os";
import type { FleetConfig } from "../../config/types.ts";
import { defaultTopics } from "../../config/schema/notify.ts";
import type { Tell, WatchEvent } from "../../events/watch-events.ts";
import { noNotices, noticeOf } from "../../notify/notice.ts";
import {
  afterDelivery,
  deliveryDueIn,
  emptyOutbox,
  sending,
  withNotice,
  type Outbox,
} from "../../notify/outbox.ts";
import { receiverPhrase, type Receiver } from "../../notify/receiver.ts";
import { errorMessage } from "../../text/error-message.ts";
import type { Means } from "./deliver.ts";

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
const defaultEveryMs = 30_000;

interface Box {
  readonly receiver: Receiver;
  outbox: Outbox;
  timer: NodeJS.Timeout | undefined;
  underWay: Promise<void>;
}

/**
 * Returns a notifier that reports the failures of its receivers to `tell`. A receiver that hangs or fails delays no other
 * one, and not the watch.
 */
export function openNotifications(means: Omit<Means, "abort">, tell: Tell): Notifier {
  const boxes = new Map<string, Box>();
  let state = noNotices;
  let fleet = "";
  let hasEnded = false;
  const ending = new AbortController();

  return {
    configure(config) {
      fleet = config.name;
      const receivers = new Map((config.notify ?? []).map((each) => [JSON.stringify(each), each]));
      for (const [key, { timer }] of boxes) {
        if (receivers.has(key)) continue;
        clearTimeout(timer);
        boxes.delete(key);
      }
      for (const [key, receiver] of receivers) {
        if (boxes.has(key)) continue;
        boxes.set(key, { receiver, outbox: emptyOutbox, timer: undefined, underWay: Promise.resolve() });
      }
    },
    tell(event) {
      const next = noticeOf(state, event, Date.now());
      state = next.state;
      const { notice } = next;
      if (notice === undefined) return;
      for (const box of boxes.values()) {
        if (!(box.receiver.on ?? defaultTopics).includes(notice.topic)) continue;
        box.outbox = withNotice(box.outbox, notice);
        arm(box);
      }
    },
    async end() {
      hasEnded = true;
      const last = [...boxes.values()].map(async (box) => {
        clearTimeout(box.timer);
        await box.underWay;
        if (box.outbox.notices.length > 0 && box.outbox.failures === 0) await send(box);
      });
      const timeout = new Promise<void>((resolve) => setTimeout(resolve, lastMs).unref());
      await Promise.race([Promise.all(last), timeout]);
      // A command that hangs would outlive the watch.
      ending.abort();
    },
  };

  /** Sends when the next message is due. News of one moment share a message. */
  function arm(box: Box): void {
    const inMs = deliveryDueIn(box.outbox, performance.now());
    if (inMs === undefined || hasEnded || box.timer !== undefined) return;
    const fire = (): void => {
      box.timer = undefined;
      box.underWay = send(box);
    };
    box.timer = setTimeout(fire, Math.max(inMs, gatherMs)).unref();
  }

  async function send(box: Box): Promise<void> {
    const { receiver } = box;
    const { notices, dropped, failures } = box.outbox;
    box.outbox = sending(box.outbox);
    const why = await attempt(receiver, notices, dropped);
    if (ending.signal.aborted) return;
    const isDelivered = why === undefined;
    const everyMs = receiver.every ?? defaultEveryMs;
    box.outbox = afterDelivery(box.outbox, {
      count: notices.length,
      isDelivered,
      everyMs,
      nowMs: performance.now(),
    });
    if (!isDelivered && failures === 0)
      tell({ kind: "notify-failed", receiver: receiverPhrase(receiver), why });
    if (isDelivered && failures > 0) tell({ kind: "notify-works", receiver: receiverPhrase(receiver) });
    arm(box);
  }

  async function attempt(
    receiver: Receiver,
    notices: Outbox["notices"],
    dropped: number,
  ): Promise<string | undefined> {
    try {
      const [{ deliverMessage }, { messageAbout }] = await Promise.all([
        import("./deliver.ts"),
        import("../../report/notify/message.ts"),
      ]);
      return await deliverMessage(receiver, messageAbout({ fleet, host: hostname() }, notices, dropped), {
        ...means,
        abort: ending.signal,
      });
    } catch (error) {
      return errorMessage(error);
    }
  }
}

/** The time in which the news of one look gathers, ms. */
const gatherMs = 100;
