import { describe, expect, it } from "vitest";
import { fitted } from "../../../src/report/status/status-view.ts";

describe("the view of the status", () => {
  const lines = ["one", "two", "three", "four", "five", "six"];

  it("shows all lines that fit", () => {
    expect(fitted(lines, 6, "summary")).toEqual(lines);
  });

  it("ends with the number of left-out lines and the summary, if there is room for both", () => {
    expect(fitted(lines, 5, "summary")).toEqual([
      "one",
      "two",
      "three",
      "… and 3 more lines: fleet top scrolls",
      "summary",
    ]);
    expect(fitted(lines, 3, "summary")).toEqual(["one", "two", "… and 4 more lines: fleet top scrolls"]);
  });
});
