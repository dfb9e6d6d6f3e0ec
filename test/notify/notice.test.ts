import { describe, expect, it } from "vitest";
import type { Topic } from "../../src/config/schema/notify.ts";
import type { WatchEvent } from "../../src/events/watch-events.ts";
import { noNotices, noticeOf } from "../../src/notify/notice.ts";
import { events } from "../support/report/an-event.ts";

function topicsOf(all: readonly WatchEvent[]): readonly (Topic | undefined)[] {
  let state = noNotices;
  return all.map((event) => {
    const next = noticeOf(state, event, 0);
    state = next.state;
    return next.notice?.topic;
  });
}

const { failed, recovered, applying, changed } = events;

describe("The news of a watch", () => {
  it("has a failing agent once until it runs again", () => {
    expect(topicsOf([failed, failed, { ...failed, agent: "other" }])).toEqual([
      "failed",
      undefined,
      "failed",
    ]);
    expect(topicsOf([failed, { ...recovered, agent: failed.agent }, failed])).toEqual([
      "failed",
      "recovered",
      "failed",
    ]);
  });

  it("has the changes that fix drift, and not those of an edit", () => {
    expect(topicsOf([{ ...applying, causes: ["drift"] }, changed])).toEqual([undefined, "healed"]);
    const retry = { ...changed, changes: [{ reason: "failed", exitStatus: 3, isRetried: false }] } as const;
    expect(topicsOf([{ ...applying, causes: ["due"] }, retry])).toEqual([undefined, undefined]);
    expect(topicsOf([{ ...applying, causes: ["drift", "edit"] }, changed])).toEqual([undefined, undefined]);
    expect(topicsOf([{ ...applying, causes: ["start"] }, changed])).toEqual([undefined, undefined]);
  });

  it("names the agent of an event", () => {
    expect(noticeOf(noNotices, events.waiting, 7).notice).toMatchObject({
      topic: "pending",
      agent: events.waiting.plan.name,
      atMs: 7,
    });
    expect(noticeOf(noNotices, events.problem, 7).notice?.agent).toBeUndefined();
  });
});
