import { describe, expect, it } from "vitest";
import { linesWith } from "../../src/ui/picture/lines-with.ts";

describe("the lines with a text", () => {
  it("are the last three, whatever their case, without spaces around them", () => {
    const screen = "one Error\n  two error: disk full  \nfine\nERROR three\nan error, four\n";
    expect(linesWith(screen, "eRRor")).toEqual(["two error: disk full", "ERROR three", "an error, four"]);
    expect(linesWith(screen, "nothing")).toEqual([]);
  });

  it("are the part around the text, if they are long", () => {
    const [line = ""] = linesWith(`${"x".repeat(500)} needle ${"y".repeat(500)}`, "needle");
    expect(line).toContain(" needle y");
    expect(line).toHaveLength(200);
  });
});
