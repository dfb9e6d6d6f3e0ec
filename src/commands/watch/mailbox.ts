import { hostname } from "node:os";
import type { Tell } from "../../events/watch-events.ts";
import type { Notice } from "../../notify/notice.ts";
import { afterDelivery, deliveryDueIn, emptyOutbox, sending, withNotice } from "../../notify/outbox.ts";
import { receiverPhrase, type Receiver } from "../../notify/receiver.ts";
import { errorMessage } from "../../text/error-message.ts";
import type { Means } from "./deliver.ts";

/** The news for one receiver, until it is delivered. */
export interface Mailbox {
  readonly receiver: Receiver;
  /** Adds news, which is sent when the next message is due. */
  readonly add: (notice: Notice, fleet: string) => void;
  /** Forgets the rest. */
  readonly drop: () => void;
  /** Sends the rest at once, unless the receiver fails. Fulfilled when nothing is under way. */
  readonly empty: () => Promise<void>;
}

/** The time in which the news of one look gathers, ms. */
const gatherMs = 100;

/** The shortest time between two messages, unless fleet.yaml says otherwise, ms. */
const defaultEveryMs = 30_000;

/** Returns a mailbox that reports to `tell` when its receiver begins or ceases to fail. */
export function createMailbox(receiver: Receiver, means: Means, tell: Tell): Mailbox {
  let outbox = emptyOutbox;
  let fleet = "";
  let timer: NodeJS.Timeout | undefined;
  let underWay = Promise.resolve();
  let isOpen = true;

  return {
    receiver,
    add(notice, ofFleet) {
      fleet = ofFleet;
      outbox = withNotice(outbox, notice);
      armSending();
    },
    drop() {
      isOpen = false;
      clearTimeout(timer);
    },
    async empty() {
      isOpen = false;
      clearTimeout(timer);
      await underWay;
      if (outbox.notices.length > 0 && outbox.failures === 0) await deliverOutbox();
    },
  };

  /** Sends when the next message is due. News of one moment share a message. */
  function armSending(): void {
    const inMs = deliveryDueIn(outbox, performance.now());
    if (inMs === undefined || !isOpen || timer !== undefined) return;
    const fire = (): void => {
      timer = undefined;
      underWay = deliverOutbox();
    };
    timer = setTimeout(fire, Math.max(inMs, gatherMs)).unref();
  }

  async function deliverOutbox(): Promise<void> {
    const { notices, failures } = outbox;
    const why = await deliverInOne();
    if (means.abort.aborted) return;
    outbox = afterDelivery(outbox, {
      count: notices.length,
      isDelivered: why === undefined,
      everyMs: receiver.every ?? defaultEveryMs,
      nowMs: performance.now(),
    });
    if (why !== undefined && failures === 0)
      tell({ kind: "notify-failed", receiver: receiverPhrase(receiver), why });
    if (why === undefined && failures > 0) tell({ kind: "notify-works", receiver: receiverPhrase(receiver) });
    armSending();
  }

  /** Delivers all news in one message. Returns the reason of a failure. */
  async function deliverInOne(): Promise<string | undefined> {
    const { notices, dropped } = outbox;
    outbox = sending(outbox);
    try {
      const [{ deliverMessage }, { messageAbout }] = await Promise.all([
        import("./deliver.ts"),
        import("../../report/notify/message.ts"),
      ]);
      return await deliverMessage(
        receiver,
        messageAbout({ fleet, host: hostname() }, notices, dropped),
        means,
      );
    } catch (error) {
      return errorMessage(error);
    }
  }
}
