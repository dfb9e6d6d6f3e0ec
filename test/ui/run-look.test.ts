import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { addCodes, plainStyle, styleText } from "../../src/ui/picture/style.ts";
import { coloursOf, contrast, runLook } from "../../web/src/screen/run-look.ts";

const colour = fc.oneof(
  fc.integer({ min: 0, max: 255 }).map((index) => `5;${index}`),
  fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255)).map((parts) => `2;${parts.join(";")}`),
);
const codes = fc
  .tuple(
    fc.subarray(["1", "2", "3", "4", "7", "9"]),
    fc.option(colour.map((text) => `38;${text}`)),
    fc.option(colour.map((text) => `48;${text}`)),
  )
  .map(([has, fore, back]) => [...has, fore, back].filter(Boolean).join(";"));

describe("the look of a run", () => {
  it("can be read in light and dark, whatever its colours", () => {
    fc.assert(
      fc.property(codes, (parameters) => {
        const style = addCodes(plainStyle, parameters);
        for (const side of [0, 1] as const) {
          const { fore, back } = coloursOf(style.fore, style.back, style.has, side);
          expect(contrast(fore, back)).toBeGreaterThanOrEqual(4.5);
        }
      }),
    );
  });

  it("has one form for each style", () => {
    fc.assert(
      fc.property(codes, (parameters) => {
        const text = styleText(addCodes(plainStyle, parameters === "" ? "0" : parameters));
        expect(styleText(addCodes(plainStyle, text === "" ? "0" : text))).toBe(text);
      }),
    );
  });

  it("leaves plain text to the page, and shows attributes by classes", () => {
    expect(runLook("1;4")).toEqual({
      color: undefined,
      background: undefined,
      classes: "t-bold t-underline",
    });
    expect(runLook("38;5;1").color).toMatch(/^light-dark\(rgb\(.*\), rgb\(.*\)\)$/);
    expect(runLook("7").background).toContain("light-dark");
  });
});
