import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readFileSync } from "node:fs";
import { parseFleet } from "../../src/config/parse.ts";

const example = readFileSync("fleet.example.yaml", "utf8");

/** Text with a meaning in YAML. */
const pieces = [
  "\t",
  "  ",
  "{",
  "]",
  "*a",
  "&a ",
  "<<: ",
  "- ",
  "'",
  '"',
  "? ",
  "!x ",
  "---\n",
  "\r\n",
  "😀",
];

/** Finds places that point outside of the text. There should be none. */
function strayPlaces(text: string): readonly unknown[] {
  const result = parseFleet(text, "f");
  if (result.ok) return [];
  const lines = text.replace(/^\uFEFF/, "").split("\n");
  return result.diagnostics.filter(({ place }) => {
    if (place === undefined || place.length < 1 || place.column < 1) return true;
    const line = lines[place.line - 1]?.replace(/\r$/, "") ?? "";
    const isWhole = place.source === line || place.source.includes("(sensitive value)");
    const shownAt = place.sourceColumn ?? place.column;
    return !isWhole || place.column > line.length + 1 || shownAt > place.source.length + 1;
  });
}

describe("parseFleet", () => {
  it("gives every error a place in the text, for any broken text", () => {
    const line = fc.integer({ min: 0, max: example.split("\n").length - 1 });
    const junk = fc.oneof(fc.string({ maxLength: 12 }), fc.constantFrom(...pieces));
    fc.assert(
      fc.property(line, fc.nat(40), junk, (number, column, text) => {
        const lines = example.split("\n");
        const old = lines[number] ?? "";
        lines[number] = old.slice(0, column) + text + old.slice(column);
        expect(strayPlaces(lines.join("\n"))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });

  it("never throws on values of any shape", () => {
    const words = "version name tmux runtimes defaults agents a command env restart dependsOn __proto__";
    const keys = fc.constantFrom(...words.split(" "));
    // Narrow and deep: a shape goes wrong at a place, and 20 kB of the same shapes find no more than 2 kB.
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { maxDepth: 4 },
        fc.jsonValue({ maxDepth: 4 }),
        fc.dictionary(keys, tie("tree"), { maxKeys: 4 }),
        fc.array(tie("tree"), { maxLength: 3 }),
      ),
    }));
    fc.assert(
      fc.property(fc.dictionary(keys, tree), (value) => {
        expect(strayPlaces(JSON.stringify(value))).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
