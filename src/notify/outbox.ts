import type { Notice } from "./notice.ts";

/** The news for one receiver, and its deliveries. Times are ms of one clock. */
export interface Outbox {
  /** Not delivered, the oldest first. */
  readonly notices: readonly Notice[];
  /** Older news that was dropped, because the receiver failed for long. */
  readonly dropped: number;
  /** The earliest time of the next message. */
  readonly notBeforeMs: number;
  /** Failed deliveries since the last success. */
  readonly failures: number;
  /** True while a message is under way. */
  readonly isSending: boolean;
}

export const emptyOutbox: Outbox = {
  notices: [],
  dropped: 0,
  notBeforeMs: 0,
  failures: 0,
  isSending: false,
};

/** Longest time between two tries, ms. */
const longestMs = 600_000;
/** Shortest time after a failure, ms. */
const shortestMs = 5_000;
/** The most news waiting for a receiver: the oldest is dropped, and counted. */
const mostNotices = 100;

/** Returns the outbox with one more notice. Drops none while a message is under way: its notices are the first ones. */
export function withNotice(outbox: Outbox, notice: Notice): Outbox {
  const longer = { ...outbox, notices: [...outbox.notices, notice] };
  return outbox.isSending ? longer : cappedOutbox(longer);
}

function cappedOutbox(outbox: Outbox): Outbox {
  const over = Math.max(outbox.notices.length - mostNotices, 0);
  return over === 0
    ? outbox
    : { ...outbox, notices: outbox.notices.slice(over), dropped: outbox.dropped + over };
}

/** Returns the time until a message is due, ms; undefined if none is. */
export function deliveryDueIn(
  { notices, notBeforeMs, isSending }: Outbox,
  nowMs: number,
): number | undefined {
  if (isSending || notices.length === 0) return undefined;
  return Math.max(notBeforeMs - nowMs, 0);
}

/** Returns the outbox whose notices are on their way. */
export function sending(outbox: Outbox): Outbox {
  return { ...outbox, isSending: true };
}

/**
 * Returns the outbox after a delivery of its first `count` notices. The time to the next message is `everyMs` after a
 * success, and doubles with each failure. News that came in during the delivery waits for the next message.
 */
export function afterDelivery(
  outbox: Outbox,
  { count, isDelivered, everyMs, nowMs }: DeliveryResult,
): Outbox {
  if (isDelivered) {
    const notices = outbox.notices.slice(count);
    return cappedOutbox({ notices, dropped: 0, notBeforeMs: nowMs + everyMs, failures: 0, isSending: false });
  }
  const failures = outbox.failures + 1;
  const waitMs = Math.min(Math.max(everyMs, shortestMs) * 2 ** Math.min(outbox.failures, 16), longestMs);
  return cappedOutbox({ ...outbox, failures, notBeforeMs: nowMs + waitMs, isSending: false });
}

/** The end of a delivery. */
interface DeliveryResult {
  readonly count: number;
  readonly isDelivered: boolean;
  /** The receiver's shortest time between two messages, ms. */
  readonly everyMs: number;
  readonly nowMs: number;
}
