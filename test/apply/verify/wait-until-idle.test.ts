import { describe, expect, it } from "vitest";
import { waitUntilIdle, type Clock } from "../../../src/apply/verify/wait-until-idle.ts";
import type { ProcessActivity } from "../../../src/observe/processes/activity.ts";

const never = new AbortController().signal;

/** Returns a clock without real waits. */
function quickClock(): Clock {
  let now = 5_000;
  return { now: () => now, sleep: async (ms) => void (now += ms) };
}

/** Settles agents whose activity is a function of the ms since the start. Says how long it took, and who is gone. */
async function settled(pulses: Readonly<Record<string, (ms: number) => ProcessActivity>>, interrupt = never) {
  const clock = quickClock();
  const began = clock.now();
  const gone = await waitUntilIdle(
    Object.keys(pulses),
    (name) => pulses[name]?.(clock.now() - began) ?? { kind: "gone" },
    interrupt,
    clock,
  );
  return { gone: [...gone], ms: clock.now() - began };
}

const runs = (usedUs: number | undefined, pid = 7, isIdle = true): ProcessActivity => ({
  kind: "runs",
  pid,
  usedUs,
  isIdle: () => isIdle,
});
const resting = (): ProcessActivity => runs(4_711);
const busy = (ms: number): ProcessActivity => runs(ms * 1_000);
const busyUntil = (end: number) => (ms: number) => busy(Math.min(ms, end));
const goneAt = (end: number) => (ms: number) => (ms < end ? busy(ms) : ({ kind: "gone" } as const));

describe("Agents that were just started", () => {
  it("are idle when each has used no processor time for 40 ms", async () => {
    expect(await settled({ a: resting, b: resting })).toEqual({ gone: [], ms: 40 });
    expect(await settled({ a: resting, b: busyUntil(300) })).toEqual({ gone: [], ms: 340 });
  });

  it("are reported as left until they are idle", async () => {
    const clock = quickClock();
    const began = clock.now();
    const left: string[] = [];
    const pulses = { a: resting, b: busyUntil(100) };
    const activityOf = (name: string) => pulses[name === "a" ? "a" : "b"](clock.now() - began);
    await waitUntilIdle(["a", "b"], activityOf, never, clock, (names) => left.push(names.join(" ")));
    expect([...new Set(left)]).toEqual(["a b", "b", ""]);
  });

  it("are not idle while they are ready to use the processor or to read a disk", async () => {
    const starved = (ms: number): ProcessActivity => runs(4_711, 7, ms >= 200);
    expect(await settled({ a: starved })).toEqual({ gone: [], ms: 200 });
  });

  it("are busy after a second of work", async () => {
    expect(await settled({ a: busy, b: resting })).toEqual({ gone: [], ms: 1_000 });
  });

  it("are gone if their unit has ended, and are not waited for", async () => {
    expect(await settled({ a: goneAt(40) })).toEqual({ gone: ["a"], ms: 40 });
    expect(await settled({ a: goneAt(700), b: resting })).toEqual({ gone: ["a"], ms: 700 });
    expect(await settled({})).toEqual({ gone: [], ms: 0 });
  });

  it("are gone if systemd has started them again", async () => {
    expect(await settled({ a: (ms) => runs(1, ms < 40 ? 7 : 8) })).toEqual({ gone: ["a"], ms: 40 });
    const ended = (ms: number): ProcessActivity =>
      ms < 40 ? runs(1) : ms < 80 ? { kind: "ends" } : runs(1, 8);
    expect(await settled({ a: ended })).toEqual({ gone: ["a"], ms: 80 });
  });

  it("are waited for between the end of their command and the end of their unit, although they are quiet", async () => {
    const ending = (ms: number): ProcessActivity =>
      ms < 20 ? resting() : { kind: ms < 240 ? "ends" : "gone" };
    expect(await settled({ a: ending })).toEqual({ gone: ["a"], ms: 240 });
    // However long it takes, it does not run.
    expect(await settled({ a: () => ({ kind: "ends" }) })).toEqual({ gone: ["a"], ms: 1_000 });
  });

  it("are gone if they end after being idle while the wait for others goes on", async () => {
    const restless = (ms: number): ProcessActivity => (ms < 250 ? resting() : { kind: "gone" });
    expect(await settled({ a: restless, b: busyUntil(300) })).toEqual({ gone: ["a"], ms: 340 });
    const ending = (ms: number): ProcessActivity =>
      ms < 320 ? resting() : { kind: ms < 500 ? "ends" : "gone" };
    expect(await settled({ a: ending, b: busyUntil(300) })).toEqual({ gone: ["a"], ms: 500 });
  });

  it("are waited for only once: an idle one may become busy again", async () => {
    const working = (ms: number): ProcessActivity => (ms < 150 ? resting() : busy(ms));
    expect(await settled({ a: working, b: busyUntil(300) })).toEqual({ gone: [], ms: 340 });
  });

  it("have the whole time if the kernel does not report how busy they are", async () => {
    expect(await settled({ a: () => runs(undefined) })).toEqual({ gone: [], ms: 1_000 });
  });

  it("are not waited for after an interruption", async () => {
    const interrupt = new AbortController();
    const activity = (ms: number): ProcessActivity => {
      if (ms >= 40) interrupt.abort();
      return busy(ms);
    };
    expect(await settled({ a: activity }, interrupt.signal)).toEqual({ gone: [], ms: 40 });
  });
});
