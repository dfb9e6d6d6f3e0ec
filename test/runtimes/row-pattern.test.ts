import { describe, expect, it } from "vitest";
import { presets } from "../../src/runtimes/presets.ts";
import { rowPattern } from "../../src/runtimes/row-pattern.ts";

/** Reads a pattern of POSIX as grep -iE does, as far as these patterns go. */
const asGrep = (pattern: string): RegExp => new RegExp(pattern.replaceAll("[[:space:]]", "\\s"), "i");

const rows = [
  "│ Do you trust the files in this folder?",
  "Do you want to proceed?",
  " Do you want to make this edit to a.ts?",
  "Allow command?",
  "Would you like to run the following command?",
  "Apply this change?",
  "Permission required",
  "Add file to the chat? (Y)es/(N)o [Yes]:",
  "✻ Working… (12s · esc to interrupt)",
  "esc to cancel, 3s",
  "a row of text",
  "> ",
];

describe("The pattern of rows for grep", () => {
  it.each(Object.entries(presets))("fits the same rows as the preset: %s", (_, { screen }) => {
    const patterns: readonly RegExp[] = [
      ...screen.dialogs.map(({ row }) => row),
      ...(screen.busy === undefined ? [] : [screen.busy]),
    ];
    for (const pattern of patterns) {
      const posix = rowPattern([pattern]);
      expect(posix).not.toMatch(/\(\?|\\[a-z]|[+*]\?/i);
      const fitting = rows.filter((row) => new RegExp(pattern.source, "i").test(row));
      expect(rows.filter((row) => asGrep(posix).test(row))).toEqual(fitting);
    }
  });

  it("has the characters that the build writes as escapes", () => {
    expect(rowPattern([/^[\s\u2502]*[\u276f>]/u])).toBe("^([[:space:]]|│)*(❯|>)");
  });

  it("fits the rows of each of several patterns", () => {
    expect(rowPattern([/a\b/, /(?:b|c)\s+?d/])).toBe("a|(b|c)[[:space:]]+d");
  });
});
