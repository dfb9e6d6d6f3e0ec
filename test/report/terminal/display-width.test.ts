import { eastAsianWidth } from "get-east-asian-width";
import { describe, expect, it } from "vitest";
import { type Cell, cellsOf, displayWidth, padEnd } from "../../../src/report/terminal/display-width.ts";
import { truncateEnd, truncateStart } from "../../../src/report/terminal/fit/truncate.ts";
import { truncateLine } from "../../../src/report/terminal/fit/truncate-line.ts";

describe("the width of a line in a terminal", () => {
  it.each([
    ["plain text", 10],
    ["", 0],
    ["naïve café", 10],
    ["e\u0301", 1],
    ["日本語", 6],
    ["ｆｕｌｌ", 8],
    ["한국", 4],
    ["\u1112\u1161\u11ab", 2],
    ["🦊", 2],
    ["👩‍🚀", 2],
    ["🇯🇵", 2],
    ["❤️", 2],
    ["…·", 2],
    ["\u{17000}", 2], // Tangut: wide since Unicode 9
    ["a\tb", 5],
    ["\r\n", 2],
  ])("of %j is %i", (line, width) => {
    expect(displayWidth(line)).toBe(width);
  });

  it("is that of the Unicode tables, for each character that takes columns", () => {
    const flags = /\p{Regional_Indicator}/u; // wide in pairs
    const characters = Array.from({ length: 0x11_0000 }, (_, code) => String.fromCodePoint(code)).filter(
      (character) => /[\p{L}\p{N}\p{P}\p{S}]/u.test(character) && !flags.test(character),
    );
    // In short lines, because Intl.Segmenter takes long for a long one, and each takes a while to make.
    const lines = characters.join("\t").match(/(?:[^\t]\t?){1,500}/gu) ?? [];
    const cells = lines.flatMap((line) => cellsOf(line)).filter(({ text }) => !text.startsWith(" "));
    expect(cells).toHaveLength(characters.length);
    const isWrong = ({ text, width }: Cell): boolean => width !== eastAsianWidth(text.codePointAt(0) ?? 0);
    expect(cells.filter(isWrong)).toEqual([]);
  });

  it("is the same whether or not all of it is ASCII", () => {
    const cells = cellsOf("a ~");
    expect(cells).toEqual(cellsOf("a ~é").slice(0, 3));
  });
});

describe("a line that is too wide", () => {
  it.each([
    ["日本語", 6, "日本語", "日本語"],
    ["日本語", 5, "日本…", "…本語"],
    ["日本語", 4, "日…", "…語"],
    ["日本語", 1, "…", "…"],
    ["abcdef", 4, "abc…", "…def"],
    ["abcdef", -3, "…", "…"],
    ["e\u0301e\u0301e\u0301", 2, "e\u0301…", "…e\u0301"],
  ])("%j is cut to %i columns at either end", (text, columns, start, end) => {
    expect(truncateEnd(text, columns)).toBe(start);
    expect(truncateStart(text, columns)).toBe(end);
  });

  it("keeps its colours, and resets them", () => {
    const line = "\u001B[1mbold\u001B[22m \u001B[31m日本語\u001B[39m";
    expect(truncateLine(line, 11)).toBe(line);
    expect(truncateLine(line, 10)).toBe("\u001B[1mbold\u001B[22m \u001B[31m日本\u001B[39m…");
  });

  it("is padded by columns", () => {
    expect(padEnd("日本", 6)).toBe("日本  ");
    expect(padEnd("日本語", 2)).toBe("日本語");
  });
});
