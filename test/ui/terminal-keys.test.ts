import { describe, expect, it } from "vitest";
import { barKeys, keyText, withCtrl, withoutPassedPlaces } from "../../web/src/terminal/bar-keys.ts";
import { fittingSize, nextSize, readableSize } from "../../web/src/terminal/letters.ts";
import { createReplay } from "../../web/src/terminal/replay.ts";

describe("a key of the bar", () => {
  it("is the key of a terminal, with the arrows that the program has asked for", () => {
    expect(keyText("Up", false)).toBe("\u001B[A");
    expect(keyText("Up", true)).toBe("\u001BOA");
    for (const key of barKeys) expect(keyText(key, false)).not.toBe("");
  });

  it("makes a control character of the next letter, and of nothing else", () => {
    expect(["c", "C", "[", " ", "?"].map(withCtrl)).toEqual([
      "\u0003",
      "\u0003",
      "\u001B",
      "\u0000",
      "\u007F",
    ]);
    expect(["1", "ä", "\u001B[A", "ab"].map(withCtrl)).toEqual(["1", "ä", "\u001B[A", "ab"]);
  });
});

describe("the reports of a drag", () => {
  it("keep its begin, its last place and its end", () => {
    const at = (button: number, column: number, end = "M"): string => `\u001B[<${button};${column};1${end}`;
    const drag = [at(0, 1), at(32, 2), at(32, 3), at(32, 4), at(0, 4, "m"), "x", at(64, 1), at(64, 1)];
    const kept = [at(0, 1), at(32, 4), at(0, 4, "m"), "x", at(64, 1), at(64, 1)];
    expect(withoutPassedPlaces(drag.join(""))).toBe(kept.join(""));
  });
});

describe("the letters of a terminal", () => {
  const cell = { width: 0.6, height: 1.2 };

  it("are as large as width and height allow", () => {
    expect(fittingSize({ columns: 100, rows: 30 }, { width: 900, height: 2_000 }, cell)).toBe(15);
    expect(fittingSize({ columns: 100, rows: 30 }, { width: 2_000, height: 450 }, cell)).toBe(12.5);
    expect(fittingSize({ columns: 10, rows: 3 }, { width: 2_000, height: 2_000 }, cell)).toBe(28);
    expect(fittingSize({ columns: 500, rows: 30 }, { width: 390, height: 2_000 }, cell)).toBe(5);
  });

  it("can be read without a choice, from 7 to 14 px, and on a phone", () => {
    expect([50, 100, 150, 500].map((columns) => readableSize(columns, 900, cell))).toEqual([14, 14, 10, 7]);
    expect(readableSize(200, 390, cell)).toBe(11);
  });

  it("grow and shrink in steps, within their limits", () => {
    expect([nextSize(12.5, 1), nextSize(16, 1), nextSize(28, 1), nextSize(5, -1)]).toEqual([14, 18, 28, 5]);
  });
});

describe("the replay of a terminal", () => {
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  const textOf = (parts: readonly (Uint8Array | string)[] | undefined): string | undefined =>
    parts?.map((part) => (typeof part === "string" ? part : new TextDecoder().decode(part))).join("");

  it("has earlier lines above the picture, and the stream below it", () => {
    const replay = createReplay();
    replay.picture(bytes("\u001Bcold"));
    replay.earlier("dropped\n");
    replay.picture(bytes("\u001Bcpicture"));
    replay.stream(bytes(" more"));
    replay.earlier("3\n4\n");
    replay.earlier("1\n2\n");
    const plain = "\u001B[0m\u000F";
    expect(textOf(replay.parts())).toBe(`\u001Bc\u001B)01\r\n2\r\n${plain}3\r\n4\r\n${plain}picture more`);
  });

  it("is not known after too much output, until the next picture", () => {
    const replay = createReplay();
    replay.picture(bytes("\u001Bca"));
    for (let n = 0; n < 5; n += 1) replay.stream(new Uint8Array(1024 * 1024));
    expect(replay.parts()).toBeUndefined();
    replay.picture(bytes("\u001Bcb"));
    expect(textOf(replay.parts())).toBe("\u001Bc\u001B)0b");
  });
});
