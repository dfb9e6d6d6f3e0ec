import { describe, expect, it } from "vitest";
import type { Diagnostic } from "../../../src/diagnostics/diagnostic.ts";
import type { WatchEvent } from "../../../src/events/watch-events.ts";
import type { Coverage } from "../../../src/watch/paths/coverage.ts";
import {
  beforeFollowing,
  stepFollow,
  type FollowEffect,
  type FollowEvent,
} from "../../../src/watch/source/follow-state.ts";

const waits: FollowEvent = { kind: "lock-awaited", holder: "process 7" };
const admitted: FollowEvent = { kind: "admitted" };
const waiting = "note Waiting for process 7 to end, which watches this fleet.";

function edited(agents: number): FollowEvent {
  return told({ kind: "edited", file: "fleet.yaml", agents });
}

function told(event: WatchEvent): FollowEvent {
  return { kind: "source-told", event };
}

/** Returns the event of watched places with these polled and unwatched folders. */
function covered(
  polled: readonly string[],
  unwatched: readonly string[] = [],
  why: "remote" | "asked" = "asked",
) {
  const coverage: Coverage = {
    everyMs: 1_000,
    polled: polled.map((folder) => ({ folder, why, fileSystem: undefined })),
    unwatched: unwatched.map((folder) => ({ folder, code: "EACCES" })),
  };
  return { kind: "covered", coverage } as const;
}

/** Returns the effects of the last event in words. */
function follow(...events: readonly FollowEvent[]): readonly string[] {
  let state = beforeFollowing;
  let effects: readonly FollowEffect[] = [];
  for (const event of events) ({ state, effects } = stepFollow(state, event));
  return effects.map(inWords);
}

function inWords(effect: FollowEffect): string {
  switch (effect.kind) {
    case "tell":
      return effect.event.kind === "note" ? `note ${effect.event.text}` : effect.event.kind;
    case "refuse":
      return `refuse ${effect.why.map(({ summary }) => summary).join()}`;
    case "publish":
      return `publish ${effect.polling?.polled.flatMap(({ folders }) => folders).join() ?? "nothing"}`;
  }
}

describe("A follower of a fleet file", () => {
  it("reports problems of the file at once, and edits when it is admitted, in their order", () => {
    expect(follow(edited(1))).toEqual([]);
    expect(follow(told({ kind: "note", text: "keeps changing" }))).toEqual(["note keeps changing"]);
    const [first, second, ...rest] = stepFollow(
      stepFollow(stepFollow(beforeFollowing, edited(1)).state, edited(2)).state,
      admitted,
    ).effects;
    expect([first, second, rest]).toMatchObject([{ event: { agents: 1 } }, { event: { agents: 2 } }, []]);
    expect(follow(edited(1), admitted, edited(2))).toEqual(["edited"]);
    expect(follow(edited(1), admitted, admitted)).toEqual([]);
  });

  it("reports the wait for another watch once, also when a refusal made it try again", () => {
    const why: Diagnostic[] = [{ severity: "error", code: "locked", summary: "held" }];
    expect(follow(waits)).toEqual([waiting]);
    expect(follow(waits, waits)).toEqual([]);
    expect(follow(waits, { kind: "refused", why })).toEqual(["refuse held"]);
    expect(follow(waits, { kind: "refused", why }, waits)).toEqual([]);
    expect(follow(waits, edited(1), admitted)).toEqual(["edited"]);
  });

  it("publishes the polling whenever it differs, but reports it only for a new reason", () => {
    expect(follow(admitted, covered(["/a"]))).toEqual(["publish /a", "polling"]);
    expect(follow(admitted, covered(["/a"]), covered(["/a"]))).toEqual([]);
    expect(follow(admitted, covered(["/a"]), covered(["/b"]))).toEqual(["publish /b"]);
    expect(follow(admitted, covered(["/a"]), covered(["/a"], [], "remote"))).toEqual([
      "publish /a",
      "polling",
    ]);
    expect(follow(admitted, covered(["/a"]), covered([]))).toEqual(["publish nothing", "polling-over"]);
    expect(follow(admitted, covered([]))).toEqual([]);
  });

  it("publishes nothing without the lock, and catches up with it", () => {
    expect(follow(covered(["/a"]))).toEqual(["polling"]);
    expect(follow(covered(["/a"]), admitted, covered(["/a"]))).toEqual(["publish /a"]);
  });

  it("reports each unwatched folder once, with the number of those of the same error", () => {
    const note = (folders: string) =>
      `note ${folders} cannot be watched (EACCES): only the resync sees changes there.`;
    expect(follow(covered([], ["/a"]))).toEqual([note("/a")]);
    expect(follow(covered([], ["/a", "/b", "/c"]))).toEqual([note("/a and 2 more")]);
    expect(follow(covered([], ["/a"]), covered([], ["/a", "/b"]))).toEqual([note("/b")]);
    expect(follow(covered([], ["/a"]), covered([]), covered([], ["/a"]))).toEqual([]);
  });
});
