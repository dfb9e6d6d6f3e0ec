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
  return new OutgoingMailbox(receiver, means, tell);
}

class OutgoingMailbox implements Mailbox {
  readonly receiver: Receiver;
  readonly #means: Means;
  readonly #tell: Tell;
  #outbox = emptyOutbox;
  /** The fleet of the last news. */
  #fleet = "";
  /** Fires when the next message is due. */
  #timer: NodeJS.Timeout | undefined;
  /** Fulfilled when no message is under way. */
  #underWay = Promise.resolve();
  #isOpen = true;

  constructor(receiver: Receiver, means: Means, tell: Tell) {
    this.receiver = receiver;
    this.#means = means;
    this.#tell = tell;
  }

  add(notice: Notice, fleet: string): void {
    this.#fleet = fleet;
    this.#outbox = withNotice(this.#outbox, notice);
    this.#armSending();
  }

  drop(): void {
    this.#isOpen = false;
    clearTimeout(this.#timer);
  }

  async empty(): Promise<void> {
    this.drop();
    await this.#underWay;
    if (this.#outbox.notices.length > 0 && this.#outbox.failures === 0) await this.#deliverOutbox();
  }

  /** Sends when the next message is due. News of one moment share a message. */
  #armSending(): void {
    const inMs = deliveryDueIn(this.#outbox, performance.now());
    if (inMs === undefined || !this.#isOpen || this.#timer !== undefined) return;
    const fire = (): void => {
      this.#timer = undefined;
      this.#underWay = this.#deliverOutbox();
    };
    this.#timer = setTimeout(fire, Math.max(inMs, gatherMs)).unref();
  }

  async #deliverOutbox(): Promise<void> {
    const { receiver } = this;
    const { notices, failures } = this.#outbox;
    const why = await this.#deliverInOne();
    if (this.#means.abort.aborted) return;
    this.#outbox = afterDelivery(this.#outbox, {
      count: notices.length,
      isDelivered: why === undefined,
      everyMs: receiver.every ?? defaultEveryMs,
      nowMs: performance.now(),
    });
    if (why !== undefined && failures === 0)
      this.#tell({ kind: "notify-failed", receiver: receiverPhrase(receiver), why });
    if (why === undefined && failures > 0)
      this.#tell({ kind: "notify-works", receiver: receiverPhrase(receiver) });
    this.#armSending();
  }

  /** Delivers all news in one message. Returns the reason of a failure. */
  async #deliverInOne(): Promise<string | undefined> {
    const { notices, dropped } = this.#outbox;
    this.#outbox = sending(this.#outbox);
    try {
      const [{ deliverMessage }, { messageAbout }] = await Promise.all([
        import("./deliver.ts"),
        import("../../report/notify/message.ts"),
      ]);
      const message = messageAbout({ fleet: this.#fleet, host: hostname() }, notices, dropped);
      return await deliverMessage(this.receiver, message, this.#means);
    } catch (error) {
      return errorMessage(error);
    }
  }
}
