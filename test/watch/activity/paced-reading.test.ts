import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createPacedReading, type PacedReading } from "../../../src/watch/activity/paced-reading.ts";

describe("A paced reading", () => {
  let begun = 0;
  /** Ends the reading under way. */
  let end: (error?: Error) => void = () => undefined;
  let paced: PacedReading;

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
    // Each reading costs 5 ms of processor time.
    vi.spyOn(process, "cpuUsage").mockImplementation((before) => ({ user: before ? 5_000 : 0, system: 0 }));
    begun = 0;
    paced = createPacedReading(async () => {
      begun += 1;
      await new Promise<void>((resolve, reject) => {
        end = (error) => (error === undefined ? resolve() : reject(error));
      });
    });
  });

  afterEach(() => {
    vi.useRealTimers();
    vi.restoreAllMocks();
  });

  /** Ends the reading under way, and passes some time. */
  const endAndPass = async (ms: number, error?: Error): Promise<void> => {
    end(error);
    await vi.advanceTimersByTimeAsync(ms);
  };

  it("begins at the earliest of the asked times", async () => {
    paced.wakeIn(200);
    paced.wakeIn(50);
    paced.wakeIn(300);
    await vi.advanceTimersByTimeAsync(49);
    expect(begun).toBe(0);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(1);
    await endAndPass(1_000);
    expect(begun).toBe(1);
  });

  it("rests for ten times its processor time", async () => {
    paced.wakeIn(0);
    await vi.advanceTimersByTimeAsync(0);
    await endAndPass(0);
    paced.wakeIn(0);
    await vi.advanceTimersByTimeAsync(49);
    expect(begun).toBe(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(begun).toBe(2);
  });

  it("never reads twice at a time, and reads again for a demand during a reading", async () => {
    paced.wakeIn(0);
    await vi.advanceTimersByTimeAsync(0);
    paced.wakeIn(0);
    await vi.advanceTimersByTimeAsync(500);
    expect(begun).toBe(1);
    await endAndPass(50);
    expect(begun).toBe(2);
  });

  it("goes on after an error, and not after a stop", async () => {
    paced.wakeIn(0);
    await vi.advanceTimersByTimeAsync(0);
    await endAndPass(50, new Error("a full disk"));
    paced.wakeIn(0);
    await vi.advanceTimersByTimeAsync(50);
    expect(begun).toBe(2);
    paced.wakeIn(0);
    paced.stop();
    await endAndPass(1_000);
    expect(begun).toBe(2);
  });
});
