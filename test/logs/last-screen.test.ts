import { describe, expect, it } from "vitest";
import { parseLastScreen } from "../../src/logs/last-screen.ts";

const facts = "# agent=a ended=2026-11-29T06:09:44+0100 status=7 attempt=3 process=226\n";

describe("the file of a last screen", () => {
  it("has the facts of the run and its lines, without a long gap", () => {
    expect(parseLastScreen(`${facts}one\n\n\n\n\n\ntwo\n`)).toEqual({
      endedMs: Date.UTC(2026, 10, 29, 5, 9, 44),
      status: "7",
      attempt: 3,
      pid: 226,
      lines: ["one", "", "", "two"],
    });
  });

  it("has at most 200 lines, the last ones", () => {
    const many = Array.from({ length: 250 }, (_, index) => `${index}`).join("\n");
    const lines = parseLastScreen(`${facts}${many}\n`)?.lines ?? [];
    expect([lines.length, lines[0], lines.at(-1)]).toEqual([200, "50", "249"]);
  });

  it("is none if it is empty, cut off or of another origin", () => {
    for (const text of ["", "# agent=a ended=", "hello\nworld\n"])
      expect(parseLastScreen(text)).toBeUndefined();
  });
});
