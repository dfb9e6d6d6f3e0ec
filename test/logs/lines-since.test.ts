import { describe, expect, it } from "vitest";
import { linesSince } from "../../src/logs/lines-since.ts";
import type { LogLine } from "../../src/logs/log-line.ts";

const line = (text: string, atMs?: number): LogLine => ({ agent: "a", source: "pane", text, atMs });
const runs = [line("a"), line("end 1", 100), line("b"), line("end 2", 200), line("c")];
const since = (sinceMs: number, times = {}, lines: readonly LogLine[] = runs) => {
  const { lines: left, isUnknown } = linesSince(lines, sinceMs, times);
  return [...left.map(({ text }) => text), ...(isUnknown ? ["?"] : [])];
};

describe("the lines of a pane since a time", () => {
  it("begin with the first end of a run that is not older", () => {
    expect(since(50)).toEqual(["end 1", "b", "end 2", "c"]);
    expect(since(100)).toEqual(["end 1", "b", "end 2", "c"]);
    expect(since(101, { startedMs: 201 })).toEqual(["end 2", "c"]);
  });

  it("are those of the current run if that is not older", () => {
    expect(since(201, { startedMs: 201 })).toEqual(["c"]);
    expect(since(5, { startedMs: 5 }, [line("x")])).toEqual(["x"]);
  });

  it("are unknown if the current run is older", () => {
    expect(since(202, { startedMs: 201 })).toEqual(["?"]);
    expect(since(202)).toEqual(["?"]);
    expect(since(202, {}, [])).toEqual([]);
    expect(since(300, {}, runs.slice(0, 4))).toEqual([]);
  });

  it("are all if the session is not older", () => {
    expect(since(50, { createdMs: 50, startedMs: 201 })).toEqual(["a", "end 1", "b", "end 2", "c"]);
  });
});
