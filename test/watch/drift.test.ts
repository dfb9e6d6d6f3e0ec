import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { apply, declare, waits } from "../support/fleet/fleet.ts";
import { changes, takeSnapshot } from "../support/fleet/snapshot.ts";
import { measured } from "../support/rig/measured.ts";
import type { Sandbox } from "../support/rig/sandbox.ts";
import { until } from "../support/rig/until.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { drifts, type Drift } from "../support/watch/drifts.ts";
import {
  asDeclared,
  byEvents,
  byResync,
  causesIn,
  mendedIn,
  mendedMs,
  startedMs,
  strike,
  type Mode,
} from "../support/watch/mending.ts";
import { type RunningWatch, startWatch } from "../support/watch/watcher.ts";

/** An agent for each drift. */
const agents = Object.fromEntries(
  drifts.map(({ settings }, index) => [agentOf(index), { command: waits, ...settings }]),
);
const names = Object.keys(agents);

function agentOf(index: number): string {
  return `agent-${index}`;
}

interface Scene {
  readonly box: Sandbox;
  readonly watch: RunningWatch;
}

async function open(box: Sandbox, { args }: Mode): Promise<Scene> {
  const defaults = { onChange: "restart", env: { MODEL: "opus" }, resources: { memoryMax: "512M" } };
  await declare(box, { defaults, agents });
  await apply(box);
  return { box, watch: await startWatch(box, args) };
}

/** Returns the time until the drift of an agent is fixed, ms. */
async function mendingTime({ box, watch }: Scene, drift: Drift, agent: string): Promise<number> {
  const { length } = await watch.told();
  const began = await strike(box, drift.script.replaceAll("AGENT", agent));
  const mended =
    drift.told === undefined
      ? await until(`${agent} is started`, async () => {
          const at = await startedMs(box, agent);
          return at > began && at;
        })
      : await mendedMs(watch, new RegExp(`^${drift.told.replaceAll("AGENT", agent)}$`), length);
  return mended - began;
}

/** Returns the watch's expected reports about some drifts, sorted. */
function toldOf(some: readonly Drift[]): readonly unknown[] {
  return some
    .flatMap((drift) => drift.told?.replaceAll("AGENT", agentOf(drifts.indexOf(drift))) ?? [])
    .toSorted()
    .map((pattern) => expect.stringMatching(new RegExp(`^${pattern}$`)));
}

describe("A watch with events after a recent observation fixes drift within 2 s", () => {
  const sandbox = useSandbox();
  let scene: Scene;
  const times: Record<string, number> = {};
  beforeAll(async () => {
    scene = await open(sandbox, byEvents);
  });
  afterAll(() => measured("ms from the event to the mending:", times));

  it.each(drifts.map((drift) => [drift.what, drift] as const))(
    "%s, and nothing else",
    async (what, drift) => {
      const { box, watch } = scene;
      const agent = agentOf(drifts.indexOf(drift));
      const { length } = await watch.settled();
      const before = await takeSnapshot(box);
      times[what] = await mendingTime(scene, drift, agent);
      await asDeclared(box, names);
      const told = (await watch.settled()).slice(length);
      expect(mendedIn(told)).toEqual(toldOf([drift]));
      expect(changes(before.units, (await takeSnapshot(box)).units)).toEqual(
        drift.isStarted ? [`~ ${agent}`] : [],
      );
      expect(causesIn(told)).toEqual(drift.told === undefined ? [] : [byEvents.cause]);
      expect(told.filter(({ wasStopped }) => wasStopped === true).map((event) => event.agent)).toEqual(
        drift.script.includes(" stop ") ? [agent] : [],
      );
      // One of them may come when all processors are busy.
      expect(times[what]).toBeLessThan(byEvents.limitMs * 3);
    },
  );

  it("including the median of them", () => {
    const sorted = Object.values(times).toSorted((a, b) => a - b);
    expect(sorted).toHaveLength(drifts.length);
    expect(sorted[Math.floor(sorted.length / 2)]).toBeLessThan(byEvents.limitMs);
  });
});

describe("A watch without events fixes drift within its resync interval", () => {
  const sandbox = useSandbox();
  let scene: Scene;
  beforeAll(async () => {
    scene = await open(sandbox, byResync);
  });

  it.each([
    ["all agents that have ended", drifts.filter(({ isStarted }) => isStarted)],
    ["all files that were changed", drifts.filter(({ isStarted }) => !isStarted)],
  ])("%s", async (what, some) => {
    const { box, watch } = scene;
    const { length } = await watch.settled();
    const times = await Promise.all(
      some.map((drift) => mendingTime(scene, drift, agentOf(drifts.indexOf(drift)))),
    );
    await asDeclared(box, names);
    const told = (await watch.told()).slice(length);
    expect(mendedIn(told).toSorted()).toEqual(toldOf(some));
    // The look that `settled` has asked for can still be under way when the drift begins.
    expect(["asked", byResync.cause]).toEqual(expect.arrayContaining([...causesIn(told)]));
    measured(`${what}, by the resync alone: ${Math.max(...times)} ms at most`);
    expect(Math.max(...times)).toBeLessThan(byResync.limitMs);
  });
});
