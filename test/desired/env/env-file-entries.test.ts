import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderEnvFile } from "../../../src/desired/env/env-file.ts";
import { envFileEntries, unusableLine } from "../../../src/desired/env/env-file-entries.ts";

describe("The entries of an env file", () => {
  it("are the rendered ones, with any values", () => {
    const name = fc.stringMatching(/^[A-Z_][A-Z0-9_]{0,8}$/);
    const value = fc.string({ unit: fc.constantFrom(..."aZ 0\"'\\`$#;=%\n\té".split("")) });
    fc.assert(
      fc.property(fc.array(fc.tuple(name, value)), (pairs) => {
        const variables = new Map(pairs);
        const entries = envFileEntries(renderEnvFile(variables));
        expect(entries.map((entry) => [entry.name, entry.value])).toEqual([...variables]);
      }),
    );
  });

  it("contain every character of any text, even a malformed one", () => {
    const text = fc.string({ unit: fc.constantFrom(..."AB=\"'\\#; \n\n".split("")) });
    fc.assert(
      fc.property(text, (content) => {
        const raw = envFileEntries(content).map((entry) => entry.raw);
        expect([content, content.replace(/\n$/, "")]).toContain(raw.join("\n"));
      }),
    );
  });

  it.each([
    ["A=b c  \n", [["A", "b c"]]],
    ["A='b'\"c\"\n", [["A", "bc"]]],
    [
      "A=b\\\nc\nD=e",
      [
        ["A", "bc"],
        ["D", "e"],
      ],
    ],
    [
      "# A=b\\\nC=c\nD=e",
      [
        [undefined, "# A=b\\"],
        ["C", "c"],
        ["D", "e"],
      ],
    ],
    ['A="b\nC=d', [["A", "b\nC=d"]]],
    ["  A = b\n", [["A", "b"]]],
    ["export A=b\n", [["export A", "b"]]],
    [
      "just words\n\n",
      [
        [undefined, "just words"],
        [undefined, ""],
      ],
    ],
  ])("are read as systemd reads them: %j", (text, entries) => {
    expect(envFileEntries(text).map(({ name, value }) => [name, value])).toEqual(entries);
  });
});

describe("A line that systemd would log to the journal", () => {
  it.each([
    ["A=1\nexport B=hush\n", 2],
    ["A='1\n2'\nB-C=hush\n", 3],
    ["1A=hush", 1],
    ["A.B=hush", 1],
    ["A=1\n# export B=hush\n\n; B-C=x\nno assignment\n", undefined],
    ["", undefined],
  ])("is found by its number: %j", (text, line) => expect(unusableLine(text)).toBe(line));
});
