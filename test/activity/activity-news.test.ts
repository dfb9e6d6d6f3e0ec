import { describe, expect, it } from "vitest";
import type { ActivityState } from "../../src/activity/activity.ts";
import { activityNews, type ActivityMemory, type SeenActivity } from "../../src/activity/activity-news.ts";

/** One reading: agents with their state, and perhaps another pane, program or time of the report. */
type Reading = readonly (readonly [
  agent: string,
  state: ActivityState,
  pane?: number,
  program?: string | undefined,
  sinceMs?: number,
])[];

function seenIn(reading: Reading): ReadonlyMap<string, SeenActivity> {
  return new Map(
    reading.map(([agent, state, pane = 1, program, sinceMs = 0]) => [
      agent,
      { activity: { state, reason: undefined, sinceMs, source: "hook" }, pane, program },
    ]),
  );
}

/** Returns the changes of each reading, as `AGENT STATE`. */
function toldOf(readings: readonly Reading[], isWhole = true): readonly (readonly string[])[] {
  let memory: ActivityMemory = new Map();
  return readings.map((reading) => {
    const next = activityNews(memory, seenIn(reading), isWhole);
    memory = next.memory;
    return next.changes.map(({ agent, activity }) => `${agent} ${activity.state}`);
  });
}

describe("The news about activities", () => {
  it("tells a wait and a limit once, also those of the first reading", () => {
    expect(toldOf([[["a", "waiting"]], [["a", "waiting"]], [["a", "limited"]], [["a", "limited"]]])).toEqual([
      ["a waiting"],
      [],
      ["a limited"],
      [],
    ]);
    expect(toldOf([[["a", "waiting"]], [["a", "working"]], [["a", "waiting"]]])).toEqual([
      ["a waiting"],
      [],
      ["a waiting"],
    ]);
  });

  it("tells the end of work, and not that an agent has nothing to do", () => {
    expect(toldOf([[["a", "idle"]], [["a", "working"]], [["a", "idle"]], [["a", "idle"]]])).toEqual([
      [],
      [],
      ["a idle"],
      [],
    ]);
    expect(toldOf([[["a", "waiting"]], [["a", "idle"]]])).toEqual([["a waiting"], []]);
    expect(toldOf([[["a", "limited"]], [["a", "idle"]]])).toEqual([["a limited"], []]);
  });

  it("tells a question or an end again if its report is a later one", () => {
    const later = (state: ActivityState): readonly Reading[] => [
      [["a", state, 1, undefined, 5]],
      [["a", state, 1, undefined, 6]],
    ];
    expect(toldOf(later("waiting"))).toEqual([["a waiting"], ["a waiting"]]);
    expect(toldOf(later("idle"))).toEqual([[], ["a idle"]]);
    expect(toldOf(later("limited"))).toEqual([["a limited"], []]);
  });

  it("keeps the last known activity while nothing tells", () => {
    expect(toldOf([[["a", "working"]], [["a", "unknown"]], [["a", "idle"]]])).toEqual([[], [], ["a idle"]]);
    expect(toldOf([[["a", "waiting"]], [["a", "unknown"]], [["a", "waiting"]]])).toEqual([
      ["a waiting"],
      [],
      [],
    ]);
  });

  it("begins again with another run: its idle is no end of work, and its wait is news", () => {
    expect(toldOf([[["a", "working", 1]], [["a", "idle", 2]]])).toEqual([[], []]);
    expect(toldOf([[["a", "waiting", 1]], [["a", "waiting", 2]]])).toEqual([["a waiting"], ["a waiting"]]);
    expect(toldOf([[["a", "working", 1, "7 70"]], [["a", "idle", 1, "8 80"]]])).toEqual([[], []]);
    expect(toldOf([[["a", "working", 1]], [["a", "idle", 1, "7 70"]]])).toEqual([[], ["a idle"]]);
    expect(
      toldOf([
        [["a", "working", 1, "7 70"]],
        [["a", "unknown"]],
        [["a", "working"]],
        [["a", "idle", 1, "8 80"]],
      ]),
    ).toEqual([[], [], [], []]);
  });

  it("forgets agents that are gone only by a reading of all", () => {
    const readings: readonly Reading[] = [[["a", "waiting"]], [["b", "working"]], [["a", "waiting"]]];
    expect(toldOf(readings)).toEqual([["a waiting"], [], ["a waiting"]]);
    expect(toldOf(readings, false)).toEqual([["a waiting"], [], []]);
  });
});
