import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { program } from "../../src/command-line/program.ts";

const text = readFileSync("docs/commands.md", "utf8");
const commands = program(undefined, () => Promise.resolve()).commands;

/** Returns the section under a heading, up to the next heading of the same depth. */
function section(heading: string): string {
  const [, body = ""] = text.split(`\n## ${heading}\n`);
  return body.split("\n## ")[0] ?? "";
}

const flagsIn = (markdown: string): string[] =>
  [...markdown.matchAll(/^\| (`-.*?) +\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/--[a-z-]+/g)].map(([flag]) => flag),
  );

const shared = new Set(flagsIn(section("Flags of most commands")));

describe("docs/commands.md", () => {
  it("has a row and a section for each command, in the same order", () => {
    const rows = [...text.matchAll(/^\| \[`fleet (\w+)`\]/gm)].map(([, name]) => name);
    const sections = [...text.matchAll(/^## fleet (\w+)$/gm)].map(([, name]) => name);
    expect(sections).toEqual(rows);
    expect(new Set(rows)).toEqual(new Set(commands.map((command) => command.name())));
  });

  it.each(commands.filter((command) => command.name() !== "diff").map((command) => command.name()))(
    "has a row for each flag of %s, and no other",
    (name) => {
      const options = commands.find((command) => command.name() === name)?.options ?? [];
      const flags = options.map(({ long }) => long ?? "");
      const own = flagsIn(section(`fleet ${name}`));
      const documented = new Set([...own, ...shared]);
      expect(flags.filter((flag) => !documented.has(flag))).toEqual([]);
      expect(own.filter((flag) => !flags.includes(flag))).toEqual([]);
    },
  );

  it("has each value of a flag that has a list of values", () => {
    const missing = commands.flatMap((command) => {
      const part = section(`fleet ${command.name()}`).toLowerCase();
      const values = command.options.flatMap(({ argChoices = [] }) => argChoices);
      return values.filter((value) => !part.includes(value)).map((value) => `${command.name()}: ${value}`);
    });
    expect(missing).toEqual([]);
  });
});
