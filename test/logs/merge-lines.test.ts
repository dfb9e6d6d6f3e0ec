import { describe, expect, it } from "vitest";
import type { LogLine } from "../../src/logs/log-line.ts";
import { mergeLines } from "../../src/logs/merge-lines.ts";
import { timeOfEnd, unreadOfOldRun } from "../../src/logs/pane-text.ts";

const line =
  (source: LogLine["source"]) =>
  (text: string, atMs?: number): LogLine => ({ agent: "a", source, text, atMs });
const [unit, pane] = [line("unit"), line("pane")];
const merged = (units: readonly LogLine[], panes: readonly LogLine[]) =>
  mergeLines(units, panes).map(({ text }) => text);

describe("the lines of an agent and of its unit", () => {
  it("are in the order of the ends of runs, whose times are known", () => {
    const units = [unit("u1", 5_000), unit("u2", 15_000), unit("u3", 35_000)];
    const panes = [pane("p1"), pane("end 1", 10_000), pane("p2"), pane("end 2", 30_000), pane("p3")];
    expect(merged(units, panes)).toEqual(["u1", "p1", "end 1", "u2", "p2", "end 2", "u3", "p3"]);
  });

  it("put a message from about the time of an end after that end", () => {
    for (const atMs of [4_100, 5_200])
      expect(merged([unit("failed", atMs)], [pane("p"), pane("end", 5_000)])).toEqual(["p", "end", "failed"]);
  });

  it("begin with the unit if no time is known", () => {
    expect(merged([unit("u", 9)], [pane("p1"), pane("p2")])).toEqual(["u", "p1", "p2"]);
    expect(merged([unit("u", 9)], [])).toEqual(["u"]);
    expect(merged([], [pane("p")])).toEqual(["p"]);
  });
});

describe("the note of tmux at the end of a run", () => {
  it("has the time, unless the start script has written it", () => {
    const at = new Date(2026, 10, 29, 2, 41, 12).getTime();
    expect(timeOfEnd("Pane is dead (status 3, Sun Nov 29 02:41:12 2026)")).toBe(at);
    expect(timeOfEnd("Pane is dead (signal 9, Sun Nov 29 02:41:12 2026)")).toBe(at);
    for (const text of ["Pane is dead", "Pane is dead (3, tomorrow)", "hello"])
      expect(timeOfEnd(text)).toBeUndefined();
  });
});

describe("the copy of the old screen in a new run", () => {
  const rows = ["one", "two", "two", "three", "Pane is dead (status 1)", "new"];
  it("has the lines that a follower has not read, and none twice", () => {
    expect(unreadOfOldRun(rows, "two")).toEqual(["three", "Pane is dead (status 1)"]);
    expect(unreadOfOldRun(rows, "Pane is dead (status 1)")).toEqual([]);
    expect(unreadOfOldRun(rows, "gone from the screen")).toEqual([]);
    expect(unreadOfOldRun(rows, undefined)).toEqual([]);
    expect(unreadOfOldRun(["new"], "new")).toEqual([]);
  });
});
