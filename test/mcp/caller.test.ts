import { describe, expect, it } from "vitest";
import { listenForSignals } from "../../src/system/signals.ts";

describe("a run for a caller", () => {
  it("ends by the caller's signal alone, and as Ctrl-C ends it", () => {
    const before = process.listenerCount("SIGINT");
    const stop = new AbortController();
    const told: string[] = [];
    const listening = listenForSignals((request, signal) => told.push(`${request} ${signal}`), stop.signal);
    expect(process.listenerCount("SIGINT")).toBe(before);
    stop.abort();
    expect(told).toEqual(["soon SIGINT"]);
    expect(listening.stopSignals.soon.reason).toBe("SIGINT");
    expect(listening.stopSignals.now.aborted).toBe(false);
    listening.end();
  });

  it("hears of a stop from before, and of none after its end", () => {
    expect(listenForSignals(() => undefined, AbortSignal.abort()).stopSignals.soon.aborted).toBe(true);
    const stop = new AbortController();
    const ended = listenForSignals(() => undefined, stop.signal);
    ended.end();
    stop.abort();
    expect(ended.stopSignals.soon.aborted).toBe(false);
  });
});
