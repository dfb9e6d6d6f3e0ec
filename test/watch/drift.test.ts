import { beforeAll, describe, expect, it } from "vitest";
import { changes, takeSnapshot } from "../support/fleet/snapshot.ts";
import { useSandbox } from "../support/rig/use-sandbox.ts";
import { agentOf, mendingTime, names, openScene, type DriftScene } from "../support/watch/drift-scene.ts";
import { drifts, type Drift } from "../support/watch/drifts.ts";
import { asDeclared, byEvents, byResync, causesIn, mendedIn } from "../support/watch/mending.ts";

/** Returns the watch's expected reports about some drifts, sorted. */
function toldOf(some: readonly Drift[]): readonly unknown[] {
  return some
    .flatMap((drift) => drift.told?.replaceAll("AGENT", agentOf(drifts.indexOf(drift))) ?? [])
    .toSorted()
    .map((pattern) => expect.stringMatching(new RegExp(`^${pattern}$`)));
}

describe("A watch with events after a recent observation fixes", () => {
  const sandbox = useSandbox();
  let scene: DriftScene;
  beforeAll(async () => {
    scene = await openScene(sandbox, byEvents);
  });

  it.each(drifts.map((drift) => [drift.what, drift] as const))("%s, and nothing else", async (_, drift) => {
    const { box, watch } = scene;
    const agent = agentOf(drifts.indexOf(drift));
    const { length } = await watch.settled();
    const before = await takeSnapshot(box);
    await mendingTime(scene, drift, agent);
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
  });
});

describe("A watch without events fixes drift by its resync", () => {
  const sandbox = useSandbox();
  let scene: DriftScene;
  beforeAll(async () => {
    scene = await openScene(sandbox, byResync);
  });

  it.each([
    ["all agents that have ended", drifts.filter(({ isStarted }) => isStarted)],
    ["all files that were changed", drifts.filter(({ isStarted }) => !isStarted)],
  ])("%s", async (_, some) => {
    const { box, watch } = scene;
    const { length } = await watch.settled();
    await Promise.all(some.map((drift) => mendingTime(scene, drift, agentOf(drifts.indexOf(drift)))));
    await asDeclared(box, names);
    const told = (await watch.told()).slice(length);
    expect(mendedIn(told).toSorted()).toEqual(toldOf(some));
    // The look that `settled` has asked for can still be under way when the drift begins.
    expect(["asked", byResync.cause]).toEqual(expect.arrayContaining([...causesIn(told)]));
  });
});
