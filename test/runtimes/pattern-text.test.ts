import { expect, it } from "vitest";
import { patternText } from "../../src/runtimes/row-pattern.ts";

it("an expression of a preset is shown with its characters, which the build writes as escapes", () => {
  expect(patternText(/^[\s\u2502]*[\u276f>]\b/u)).toBe("^[\\s│]*[❯>]\\b");
});
