import { describe, expect, it } from "vitest";
import { linesOfRows, placeOfTime, rowsSinceTime } from "../../src/logs/log-rows.ts";
import { mergeRuns } from "../../src/logs/merge-runs.ts";
import { terminalRows } from "../../src/logs/terminal-rows.ts";

const esc = "\u001B";
const mark = (kind: string, seconds: number, text = ""): string => {
  const sequence = `${esc}^mosaic-log ${kind} ${seconds * 1_000}${esc}\\`;
  return text === "" ? sequence : `\n${sequence}=== agent core: ${text} ===\n`;
};

function shown(text: string, withColors = false): readonly string[] {
  const rows = terminalRows(withColors);
  rows.write(text);
  return rows.take(true).map((row) => row.text);
}

describe("The rows of a program's output", () => {
  it.each([
    ["lines", "one\r\ntwo\r\n\r\nfour", ["one", "two", "", "four"]],
    ["a progress line", "10%\r20%\r100%\r\ndone", ["100%", "done"]],
    ["a corrected word", "wrong\b\b\bite\r\n", ["write".slice(0, 2) + "ite"]],
    ["an erased end", `a long line\r${esc}[Kshort`, ["short"]],
    [
      "a frame that is drawn again",
      `title\r\nwork 1\r\nwork 2\r\n${esc}[2A${esc}[Jdone\r\nend`,
      ["title", "done", "end"],
    ],
    ["colours", `${esc}[1;31mred${esc}[0m plain`, ["red plain"]],
    [
      "titles, links and modes",
      `${esc}]0;title\u0007${esc}[?2004h${esc}(Btext${esc}]8;;http://x${esc}\\link`,
      ["textlink"],
    ],
    [
      "a program that used the whole screen",
      `before\r\n${esc}[?1049h${esc}[Hdrawn${esc}[?1049lafter`,
      ["before", "after"],
    ],
    ["tabs", "a\tb", ["a       b"]],
  ])("are what a terminal shows of %s", (_, text, rows) => {
    expect(shown(text)).toEqual(rows);
  });

  it("are the screen of a program that uses all of it now, below the lines before", () => {
    expect(shown(`before\r\n${esc}[?1049h${esc}[2;3Hdrawn`)).toEqual(["before", "", "  drawn"]);
  });

  it("keep colours on request", () => {
    expect(shown(`${esc}[31mred${esc}[0m plain`, true)).toEqual([`${esc}[31mred${esc}[0m plain`]);
  });

  it("do not depend on the pieces in which the output comes", () => {
    const text = `title\r\n${esc}[31mred${esc}[0m\r\n${mark("at", 60)}${esc}]0;t\u0007one${esc}[2A${esc}[Jé\r\nend`;
    for (let cut = 0; cut <= text.length; cut += 1) {
      const rows = terminalRows(false);
      rows.write(text.slice(0, cut));
      rows.write(text.slice(cut));
      expect(rows.take(true).map((row) => row.text)).toEqual(shown(text));
    }
  });

  it("are taken once, and only when the cursor is below them", () => {
    const rows = terminalRows(false);
    rows.write("one\r\ntw");
    expect(rows.take(false).map(({ text }) => text)).toEqual(["one"]);
    rows.write(`o\r\nthree\r\n${esc}[2A`);
    expect(rows.take(false)).toEqual([]);
    rows.write("2\r\n3\r\nfour\r\n");
    expect(rows.take(false).map(({ text }) => text)).toEqual(["2wo", "3hree", "four"]);
  });

  it("stay few in memory, however long a follower follows", () => {
    const rows = terminalRows(false);
    let count = 0;
    for (let index = 0; index < 20_000; index += 1) {
      rows.write(`line ${index}\r\n`);
      if (index % 7 === 0) count += rows.take(false).length;
    }
    expect(count + rows.take(false).length).toBe(20_000);
  });
});

describe("A log file", () => {
  const text = `${mark("run", 100, "run 1 began, 1970-01-01T00:01:40+0000")}first\r\nhalf${mark("run", 160, "run 2 began, 1970-01-01T00:02:40+0000")}second\r\n${mark("at", 1000)}${mark("lost", 1000, "about 9 kB of its output are missing here")}third\r\n`;
  const rows = terminalRows(false);
  rows.write(text);
  const all = rows.take(true);

  it("has a line for each run, with its time, and about known times of other lines", () => {
    expect(linesOfRows("core", all, rows.marks)).toEqual([
      { agent: "core", source: "run", text: "run 1 began at 1970-01-01T00:01:40Z", atMs: 100_000 },
      { agent: "core", source: "pane", text: "first", atMs: undefined, aboutMs: 100_000 },
      { agent: "core", source: "pane", text: "half", atMs: undefined, aboutMs: 100_000 },
      { agent: "core", source: "run", text: "run 2 began at 1970-01-01T00:02:40Z", atMs: 160_000 },
      { agent: "core", source: "pane", text: "second", atMs: undefined },
      { agent: "core", source: "run", text: "about 9 kB of its output are missing here", atMs: 1_000_000 },
      { agent: "core", source: "pane", text: "third", atMs: undefined },
    ]);
  });

  it("is read from the mark before a time on", () => {
    const since = (ms: number) =>
      rowsSinceTime(all, rows.marks, ms)
        .map((row) => row.text)
        .filter(Boolean);
    expect(since(161_000)).toEqual(["second", expect.stringContaining("9 kB"), "third"]);
    expect(since(2_000_000)).toEqual(["third"]);
    expect(text.slice(placeOfTime(text, 161_000))).toMatch(/^.{0,30}=== agent core: run 2/);
    expect(placeOfTime(text, 99_000)).toBe(0);
  });

  it("is merged with what the unit says, between the runs", () => {
    const said = [90_500, 158_000, 170_000].map(
      (atMs) => ({ agent: "core", source: "unit", text: String(atMs), atMs }) as const,
    );
    const merged = mergeRuns(said, linesOfRows("core", all, rows.marks)).map((line) => line.text);
    expect(merged.map((line) => line.slice(0, 6))).toEqual([
      "90500",
      "run 1 ",
      "first",
      "half",
      "158000",
      "run 2 ",
      "second",
      "170000",
      "about ",
      "third",
    ]);
  });
});
