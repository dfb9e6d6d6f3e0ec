import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBeats } from "../../src/ui/beats.ts";
import { createPage, type Page } from "../../src/ui/page.ts";

describe("The beats of the page's server", () => {
  const calls: string[] = [];
  const socket = {
    send: () => calls.push("send"),
    ping: () => calls.push("ping"),
    terminate: () => calls.push("terminate"),
  } as unknown as Page["socket"];
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    calls.length = 0;
  });

  it("keep a page that answers late, and end one that is silent for more than three", () => {
    const page = createPage(socket);
    const beats = createBeats(new Set([page]), () => calls.push("after"));
    beats.begin();
    vi.advanceTimersByTime(15_000);
    expect(calls.filter((call) => call === "ping")).toHaveLength(3);
    page.silentBeats = 0; // its answer to all of them
    vi.advanceTimersByTime(15_000);
    expect(calls).not.toContain("terminate");
    vi.advanceTimersByTime(5_000);
    expect(calls.at(-1)).toBe("terminate");
    beats.end();
    vi.advanceTimersByTime(60_000);
    expect(calls.filter((call) => call === "ping")).toHaveLength(6);
  });
});
