import { describe, expect, it } from "vitest";
import { diagnosticsOf, errorsOf } from "../support/config/errors-of.ts";

const head = "version: 1\nagents:\n  a:\n";

describe("YAML syntax errors", () => {
  it.each([
    [
      "a key indented less than its neighbours",
      `${head}    command: x\n   workdir: /x\n`,
      "5:4 yaml-syntax [workdir: /x]",
    ],
    [
      "a key indented more than its neighbours",
      `${head}    command: x\n      workdir: /x\n`,
      "5:7 yaml-syntax [workdir]",
    ],
    [
      "an agent indented less than its neighbours",
      `${head}    command: x\n b:\n    command: y\n`,
      "5:2 yaml-syntax [b:]",
    ],
    ["tabs, once for all lines", "version: 1\nagents:\n\ta:\n\t\tcommand: x\n", "3:1 yaml-syntax [\t]"],
    ["a key that is there twice", `${head}    command: x\n    command: y\n`, "5:5 duplicate-key [command]"],
    ["a second document", "version: 1\n---\nversion: 1\n", "2:1 yaml-syntax [---]"],
    ["an alias without an anchor", `${head}    command: *x\n`, "4:14 yaml-syntax [*x]"],
    ["a merge key without an anchor", `${head}    <<: *x\n    command: x\n`, "4:9 yaml-syntax [*x]"],
    ["an agent that is an alias without an anchor", "version: 1\nagents:\n  a: *x\n", "3:6 yaml-syntax [*x]"],
    ["a merge without an anchor, and nothing else", `${head}    <<: *x\n`, "4:9 yaml-syntax [*x]"],
    ["a list item in a map", `${head}    command: x\n    - y\n`, "5:5 yaml-syntax [- y]"],
    ["two colons without a word", `${head}    command: x\n  : :\n`, "5:5 yaml-syntax [:]"],
    ["a merge key without a map", `${head}    <<: 5\n    command: x\n`, "4:5 yaml-syntax [<<]"],
    [
      "a quote that is never closed, where it opens",
      `${head}    command: "x\n  b:\n    command: y\n`,
      '4:14 yaml-syntax ["]',
    ],
    ["text behind a quote", `${head}    command: 'don't'\n`, "4:19 yaml-syntax [t']"],
    [
      "a brace that is never closed",
      `${head}    env: { A: b\n    command: x\n`,
      "5:5 yaml-syntax [command: x]",
    ],
    ["a line without a colon", "version: 1\nname mosaic\nagents:\n", "2:1 yaml-syntax [name mosaic]"],
    ["a colon in a value", `${head}    command: echo a: b\n`, "4:14 yaml-syntax [echo a: b]"],
    ["a value that begins with @", `${head}    command: @x\n`, "4:14 yaml-syntax [@x]"],
    ["a wrong escape", `${head}    command: "\\d"\n`, "4:15 yaml-syntax [\\d]"],
    [
      "a bracket too many, with all behind it unread",
      `${head}    envFiles: [/a]]\n  b:\n    comand: y\n`,
      "4:19 yaml-syntax []]",
    ],
    ["a tag", `${head}    command: !!binary aGVsbG8=\n`, "4:14 yaml-syntax [!!binary aGVsbG8=]"],
  ])("report %s, without any consequence of it", (_, text, expected) => {
    expect(errorsOf(text)).toEqual([expected]);
  });

  it("report a key that is not a word", () => {
    expect(errorsOf("version: 1\n? [a, b]\n: x\n")).toEqual(["2:3 yaml-syntax [[a, b]]"]);
  });

  it("report aliases that expand to far too much", () => {
    const levels = ["a", "b", "c", "d", "e", "f"];
    const bomb = levels
      .slice(1)
      .map((name, index) => `${name}: &${name} [${Array(10).fill(`*${levels[index]}`).join(", ")}]\n`);
    const [error] = diagnosticsOf(`version: 1\na: &a [x, x, x, x, x, x, x, x, x, x]\n${bomb.join("")}`);
    expect(error).toMatchObject({
      code: "yaml-syntax",
      summary: "too many aliases",
      place: { line: 7, column: 12 },
    });
  });

  it("do not hide problems of other agents", () => {
    const text = `${head}    command: x
   workdir: rel
  b:
    comand: y
name: "a b"
`;
    expect(errorsOf(text)).toEqual([
      "5:4 yaml-syntax [workdir: rel]",
      "7:5 unknown-key [comand]",
      '8:7 invalid-value ["a b"]',
    ]);
  });

  it("do not mention names that may be in the lines that were not parsed", () => {
    const text = `version: 1
agents:
  a:
    runtime: claude
    dependsOn: [c, runtimes-1, laude]
    command: x
runtimes
  claude: { command: x }
`;
    expect(errorsOf(text)).toEqual([
      "5:17 unknown-dependency [c]",
      "5:32 unknown-dependency [laude]",
      "7:1 yaml-syntax [runtimes]",
    ]);
  });

  it("show the right columns after a byte order mark and with CR LF", () => {
    const [error] = diagnosticsOf("\uFEFFnmae: x\r\nversion: 1\r\n");
    expect(error?.place).toEqual({ file: "fleet.yaml", line: 1, column: 1, length: 4, source: "nmae: x" });
  });

  it("name the line of the first of two equal keys", () => {
    expect(diagnosticsOf(`${head}    command: x\n  a:\n    command: y\n`)[0]?.detail).toBe(
      "Line 3 has it already.",
    );
  });
});
