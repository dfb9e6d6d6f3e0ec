import { describe, expect, it } from "vitest";
import { parseEntries } from "../../src/drivers/systemd/journal/journal-entries.ts";
import { capturedLines, linesOfNewRun, plainText, withoutGap } from "../../src/logs/pane-text.ts";
import { logJson, logText } from "../../src/report/logs/log-text.ts";
import { createColors } from "../../src/report/terminal/colors.ts";

describe("a captured text", () => {
  it("keeps empty lines that were printed, but not the empty rest of a screen", () => {
    expect(capturedLines("a  \n\nb\n\n\n", true)).toEqual(["a", "", "b"]);
    expect(capturedLines("a  \n\nb\n\n", false)).toEqual(["a", "", "b", ""]);
    expect(capturedLines("\u001B[31m\u001B[0m\n", true)).toEqual([]);
  });

  it("has a new run after tmux's note, also a coloured one", () => {
    const note = "\u001B[7mPane is dead (status 1, now)\u001B[0m";
    expect(linesOfNewRun(["old", note, "new"])).toEqual(["new"]);
    expect(linesOfNewRun(["new"])).toEqual(["new"]);
  });

  it("leave out the empty rows above tmux's note, and no others", () => {
    const note = "Pane is dead (status 3, Sun Nov 29 02:41:12 2026)";
    expect(withoutGap(["a", "", "b", "", "", note, "", "c"])).toEqual(["a", "", "b", note, "", "c"]);
    expect(withoutGap(["", "", note])).toEqual([note]);
    expect(withoutGap(["a", "", ""])).toEqual(["a", "", ""]);
    expect(withoutGap(["a", "", note, "b", "", note, ""])).toEqual(["a", note, "b", note, ""]);
  });

  it("loses its colours and links", () => {
    const link = "\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\";
    expect(plainText(`\u001B[1;31mred\u001B[0m ${link} `)).toBe("red link");
  });
});

describe("entries of the journal", () => {
  const entry = (fields: object): string =>
    JSON.stringify({ __REALTIME_TIMESTAMP: "1000000", __CURSOR: "c1", ...fields });

  it("are those of the units' processes and of systemd about them, with the place after the last", () => {
    const output = [
      entry({ MESSAGE: "Started", USER_UNIT: "a.service", _SYSTEMD_USER_UNIT: "init.scope" }),
      entry({ MESSAGE: [104, 105], _SYSTEMD_USER_UNIT: "a.service" }),
      entry({ MESSAGE: "other", _SYSTEMD_USER_UNIT: "b.service" }),
      "rubbish",
      entry({ MESSAGE: null, USER_UNIT: "a.service", __CURSOR: "c2" }),
    ].join("\n");
    expect(parseEntries(output, new Set(["a.service"]))).toEqual({
      entries: [
        { unit: "a.service", text: "Started", atMs: 1_000 },
        { unit: "a.service", text: "hi", atMs: 1_000 },
      ],
      cursor: "c2",
    });
    expect(parseEntries("", new Set())).toEqual({ entries: [], cursor: undefined });
  });
});

describe("a line of a log", () => {
  const line = { agent: "a", source: "pane", text: "x", atMs: undefined } as const;
  const form = { agents: ["a"], isOneSource: true, timestamps: false, colors: createColors(false) };

  it("is the text alone for one agent and one source, and has its origin otherwise", () => {
    expect(logText(form)(line)).toBe("x");
    expect(logText({ ...form, isOneSource: false })(line)).toBe("pane | x");
    expect(logText({ ...form, agents: ["a", "long"] })(line)).toBe("a    | x");
  });

  it("ends its own colours", () => {
    expect(logText(form)({ ...line, text: "\u001B[31mx" })).toBe("\u001B[31mx\u001B[0m");
  });

  it("has its time if it is known", () => {
    const timed = logText({ ...form, timestamps: true });
    expect(timed({ ...line, atMs: 0 })).toBe("1970-01-01T00:00:00.000Z x");
    expect(timed(line)).toBe(`-${" ".repeat(24)}x`);
  });

  it("is one object in JSON, without colours", () => {
    expect(logJson({ ...line, text: "\u001B[31mx" })).toEqual({
      agent: "a",
      source: "pane",
      text: "x",
      time: null,
    });
  });
});
