import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";

const script = fileURLToPath(new URL("../../scripts/measure-prose.mjs", import.meta.url));

interface Tree {
  readonly name: string;
  readonly sentences: number;
  readonly wordsEach: number;
  readonly relative: number;
  readonly turned: number;
  readonly long: number;
  readonly old: number;
  readonly offenders: readonly {
    readonly file: string;
    readonly line: number;
    readonly text: string;
    readonly faults: readonly string[];
  }[];
}

describe("npm run prose", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "prose-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  function run(...args: readonly string[]): { code: number | null; said: string } {
    const ran = spawnSync(process.execPath, [script, ...args], { cwd: folder, encoding: "utf8" });
    return { code: ran.status, said: ran.stdout + ran.stderr };
  }

  function write(files: Readonly<Record<string, string>>): void {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(dirname(join(folder, name)), { recursive: true });
      writeFileSync(join(folder, name), text);
    }
  }

  /** Measures one file. */
  function measure(name: string, text: string): Tree {
    write({ [name]: text });
    const { said } = run("--json", name);
    const { trees } = JSON.parse(said) as { trees: readonly [Tree] };
    return trees[0];
  }

  it("reads the doc comments and line comments of a program, and no strings", () => {
    const tree = measure(
      "a.ts",
      [
        "#!/usr/bin/env node",
        "/**",
        " * Returns the agents by name. What is not declared is left out.",
        " *",
        " * - one thing of a list",
        " */",
        'export const url = "// Where no comment is, none is read.";',
        "const a = 1; // Whoever reads this line is",
        "// not told of the next one.",
        "// This one goes on",
        "// in a second line.",
      ].join("\n"),
    );
    expect(tree).toMatchObject({ sentences: 5, turned: 40, old: 1 });
    expect(tree.offenders).toMatchObject([
      { file: "a.ts", line: 3, text: "What is not declared is left out.", faults: ["turned"] },
      { line: 8, text: "Whoever reads this line is not told of the next one.", faults: ["turned", "old"] },
    ]);
  });

  it("reads paragraphs, lists and cells of Markdown, and no code, headings or column names", () => {
    const tree = measure(
      "a.md",
      [
        "# What this heading says is free",
        "",
        "Fleet reads `what(a) where`, then stops. It shows that",
        "which you want.",
        "",
        "- Of a list, each item counts.",
        "",
        "| what it is called | where it is found |",
        "| ----------------- | ----------------- |",
        "| the first of them | in a place of its own |",
        "",
        "```",
        "Where code is shown, nothing counts.",
        "```",
      ].join("\n"),
    );
    expect(tree).toMatchObject({ sentences: 5, turned: 20 });
    expect(tree.offenders).toMatchObject([{ line: 6, text: "Of a list, each item counts." }]);
    expect(tree.relative).toBeCloseTo((100 * 2) / 27);
  });

  it.each(["a.sh", "a.yaml", "a.service"])("reads the comments of %s", (name) => {
    const tree = measure(
      name,
      "#!/bin/sh\n# That which is old\n# goes first.\n\nkey: a#b # Those come later.\n",
    );
    expect(tree).toMatchObject({ sentences: 2, turned: 100 });
    expect(tree.offenders.map(({ line }) => line)).toEqual([2, 5]);
  });

  it("accepts a question with the same first word", () => {
    const question = measure("a.md", "What would it change? Who is attached?");
    expect(question).toMatchObject({ turned: 0, relative: 0 });
  });

  it("finds long sentences, and counts a row of code words as one", () => {
    const row = Array.from({ length: 40 }, (_, at) => `\`word-${at}\``).join(", ");
    const words = Array.from({ length: 31 }, () => "word").join(" ");
    const tree = measure("a.md", `These names are known: ${row}.\n\nThis has more: ${words}.`);
    expect(tree).toMatchObject({ sentences: 2, long: 50 });
  });

  it("measures each path by itself, lists the sentences to rewrite, and fails only with --check", () => {
    write({ "good/a.md": "The plan changes nothing.", "bad/a.md": "Mend it.\n\nWhat fails skips the rest." });
    const { code, said } = run("good", "bad");
    expect(code).toBe(0);
    expect(said).toContain("bad/a.md:3: turned: What fails skips the rest.");
    expect(said).toMatch(/^bad +1 .* over: turned relative$/m);
    expect(said).toMatch(/^good +1 .*0$/m);
    expect(run("--check", "good", "bad").code).toBe(1);
    expect(run("--check", "good").code).toBe(0);
  });

  it("refuses unknown options and paths", () => {
    for (const arg of ["--fast", "nowhere"]) {
      const { code, said } = run(arg);
      expect({ code, said }).toMatchObject({
        code: 64,
        said: expect.stringContaining("usage: npm run prose"),
      });
    }
  });
});
