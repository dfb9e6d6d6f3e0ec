import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createRenewals } from "../../../src/commands/ui/terminals/renewals.ts";

describe("the new pictures of a screen", () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it("are one for all wishes of a time, also while one is under way, and not too often", async () => {
    const ends: (() => void)[] = [];
    const renewals = createRenewals(() => new Promise((resolve) => void ends.push(resolve)));
    renewals.soon(500);
    renewals.soon(0);
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toHaveLength(1);
    for (let n = 0; n < 5; n += 1) {
      renewals.soon(0);
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(ends).toHaveLength(1);
    ends[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(ends).toHaveLength(2);
    ends[1]?.();
    renewals.soon(0);
    await vi.advanceTimersByTimeAsync(249);
    expect(ends).toHaveLength(2);
    await vi.advanceTimersByTimeAsync(1);
    expect(ends).toHaveLength(3);
  });

  it("end with the one that is under way", async () => {
    let [isDone, runs, finish] = [false, 0, () => undefined as void];
    const renewals = createRenewals(() => {
      runs += 1;
      return new Promise((resolve) => (finish = resolve));
    });
    renewals.soon(0);
    await vi.advanceTimersByTimeAsync(0);
    renewals.soon(0);
    const closed = renewals.close().then(() => (isDone = true));
    await vi.advanceTimersByTimeAsync(1_000);
    expect(isDone).toBe(false);
    finish();
    await closed;
    await vi.advanceTimersByTimeAsync(1_000);
    expect(runs).toBe(1);
  });
});
