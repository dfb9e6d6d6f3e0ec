import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Notice } from "../../src/notify/notice.ts";
import { afterDelivery, deliveryDueIn, emptyOutbox, sending, withNotice } from "../../src/notify/outbox.ts";

const notice = (agent: string): Notice => ({
  topic: "recovered",
  agent,
  event: { kind: "recovered", agent },
  atMs: 0,
});

describe("An outbox", () => {
  it("sends the first news at once, and what follows after the receiver's time in one message", () => {
    let outbox = withNotice(emptyOutbox, notice("a"));
    expect(deliveryDueIn(outbox, 0)).toBe(0);
    outbox = withNotice(sending(outbox), notice("b"));
    expect(deliveryDueIn(outbox, 0)).toBeUndefined();
    outbox = afterDelivery(outbox, { count: 1, isDelivered: true, everyMs: 30_000, nowMs: 1_000 });
    outbox = withNotice(outbox, notice("c"));
    expect(deliveryDueIn(outbox, 2_000)).toBe(29_000);
    expect(outbox.notices.map(({ agent }) => agent)).toEqual(["b", "c"]);
  });

  it("keeps the news of a failed delivery, and waits longer after each failure, at most ten minutes", () => {
    let outbox = withNotice(emptyOutbox, notice("a"));
    const waits = Array.from({ length: 12 }, () => {
      outbox = afterDelivery(sending(outbox), { count: 1, isDelivered: false, everyMs: 0, nowMs: 0 });
      return deliveryDueIn(outbox, 0);
    });
    expect(waits.slice(0, 3)).toEqual([5_000, 10_000, 20_000]);
    expect(waits.at(-1)).toBe(600_000);
    expect(outbox.notices).toHaveLength(1);
    outbox = afterDelivery(sending(outbox), { count: 1, isDelivered: true, everyMs: 0, nowMs: 0 });
    expect(outbox).toEqual(emptyOutbox);
  });

  it("loses nothing but what it counts, and never delivers anything twice", () => {
    const steps = fc.array(fc.constantFrom("news", "fails", "works"), { maxLength: 400 });
    fc.assert(
      fc.property(steps, (all) => {
        let outbox = emptyOutbox;
        let made = 0;
        let lost = 0;
        const delivered: string[] = [];
        for (const step of all) {
          if (step === "news") outbox = withNotice(outbox, notice(String(made++)));
          else if (outbox.notices.length > 0) {
            const isDelivered = step === "works";
            if (isDelivered) {
              delivered.push(...outbox.notices.map(({ agent = "" }) => agent));
              lost += outbox.dropped;
            }
            const count = outbox.notices.length;
            outbox = afterDelivery(sending(outbox), { count, isDelivered, everyMs: 1, nowMs: 0 });
          }
        }
        expect(new Set(delivered).size).toBe(delivered.length);
        expect(delivered.length + lost + outbox.dropped + outbox.notices.length).toBe(made);
      }),
    );
  });
});
