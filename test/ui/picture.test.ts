import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { pictureOf, screenOf, textOf } from "../../src/ui/picture/picture.ts";

const esc = "\u001B";

describe("a picture of a screen", () => {
  it("keeps a colour over the ends of lines, as tmux writes it", () => {
    const screen = `plain\n${esc}[1;31mred\nstill${esc}[39m bold${esc}[0m end\n`;
    expect(pictureOf(screen, 9)).toEqual([
      ["plain"],
      [["red", "1;38;5;1"]],
      [["still", "1;38;5;1"], [" bold", "1"], " end"],
    ]);
  });

  it("is the whole screen if that is asked for, without the blank lines at its end", () => {
    const screen = `one\n\n${esc}[31mtwo${esc}[0m\n  \n\n`;
    expect(screenOf(screen)).toEqual([["one"], [], [["two", "38;5;1"]]]);
    expect(screenOf("\n\n")).toEqual([]);
  });

  it("begins with the colour of the lines above it", () => {
    expect(pictureOf(`${esc}[44mone\ntwo\nthree`, 1)).toEqual([[["three", "48;5;4"]]]);
  });

  it("reads 256 and true colours, with semicolons and colons, and bright ones", () => {
    const screen = `${esc}[38;5;208ma${esc}[48;2;1;2;255mb${esc}[0;38:2::10:20:30mc${esc}[0;95;102md`;
    expect(pictureOf(screen, 1)).toEqual([
      [
        ["a", "38;5;208"],
        ["b", "38;5;208;48;2;1;2;255"],
        ["c", "38;2;10;20;30"],
        ["d", "38;5;13;48;5;10"],
      ],
    ]);
  });

  it("ends attributes, and changes nothing by codes that it does not know", () => {
    const screen = `${esc}[1;2;3;4;7;9;5;999;58;5;3ma${esc}[22;23mb${esc}[4:0mc${esc}[27;29md${esc}[38;5;999me`;
    expect(pictureOf(screen, 1)).toEqual([[["a", "1;2;3;4;7;9"], ["b", "4;7;9"], ["c", "7;9"], "de"]]);
  });

  it("draws the lines of the VT100's set", () => {
    expect(pictureOf("\u000Elqk\u000F lqk", 1)).toEqual([["┌─┐ lqk"]]);
  });

  it("leaves out links, titles and other sequences, but not their text", () => {
    const screen = `${esc}]8;;http://evil${esc}\\link${esc}]8;;${esc}\\ ${esc}]0;title\u0007a${esc}[2Jb${esc}(Bc\u0008`;
    expect(pictureOf(screen, 1)).toEqual([["link abc"]]);
  });

  it("leaves out empty lines, blanks at the end, and the runs before the note of a dead pane", () => {
    const screen = `old\nPane is dead (status 3)\n\nnew  \n${esc}[42m  ${esc}[0m\nPane is dead (status 1)\n`;
    expect(pictureOf(screen, 9)).toEqual([["new"]]);
  });

  it("never has a control character, whatever the screen has", () => {
    const piece = fc.constantFrom(
      esc,
      `${esc}[`,
      `${esc}]`,
      "8;;",
      "31",
      "m",
      ";",
      "\u0007",
      "\u000E",
      "a",
      "<b>",
      "\n",
    );
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        for (const line of pictureOf(pieces.join(""), 99)) {
          expect(textOf(line)).not.toMatch(/\p{Cc}/u);
          for (const run of line) if (typeof run !== "string") expect(run[1]).toMatch(/^\d+(;\d+)*$/);
        }
      }),
    );
  });
});
