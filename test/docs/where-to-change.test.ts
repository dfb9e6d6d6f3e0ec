import { execFileSync } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
  readdirSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { plannerKey, starts, type Start } from "../support/docs/first-steps.ts";

const page = readFileSync("docs/where-to-change.md", "utf8");

describe("docs/where-to-change.md", () => {
  it("is found from the pages for contributors", () => {
    expect(readFileSync("CONTRIBUTING.md", "utf8")).toContain("(docs/where-to-change.md)");
    expect(readFileSync("docs/architecture.md", "utf8")).toContain("(where-to-change.md)");
  });

  it("names the files of each change below", () => {
    const files = [
      ...starts.flatMap(({ file, follow }) => [file, ...Object.keys(follow)]),
      ...plannerKey.slice(0, -1).map(({ file }) => file),
    ];
    expect(files.filter((file) => !page.includes(`\`${file}\``))).toEqual([]);
  });

  it("names files that exist, and functions that are in the file named next to them", () => {
    const files = [...page.matchAll(/`((?:src|test|scripts|units|docs)\/[\w./-]+\.\w+)`/g)].flatMap(
      ([, file]) => file ?? [],
    );
    expect(files.length).toBeGreaterThan(60);
    expect(files.filter((file) => !existsSync(file))).toEqual([]);
    const functions = [...page.matchAll(/`(\w+)` (?:in|of)\s+`(src\/[^`]+\.ts)`/g)];
    expect(functions.length).toBeGreaterThan(3);
    const missing = functions.filter(
      ([, name = "", file = ""]) => !new RegExp(`\\b${name}\\b`).test(readFileSync(file, "utf8")),
    );
    expect(missing.map(([text]) => text)).toEqual([]);
  });

  it("says where the guards are called", () => {
    expect(page).toMatch(/`planFleet` in `src\/plan\/fleet\/plan-fleet\.ts` calls\s+the checks/);
    const planFleet = readFileSync("src/plan/fleet/plan-fleet.ts", "utf8");
    expect(planFleet).toMatch(/export function planFleet\(/);
    expect(planFleet).toMatch(/refusals: guardRefusals\(/);
  });
});

describe("The compiler, in a copy of src,", () => {
  let copy = "";
  /** With all parts of a key for the planner, and the first step of each other change. */
  let errors: readonly string[] = [];

  beforeAll(() => {
    copy = copyOfSources();
    [...plannerKey, ...starts].forEach((part) => add(part, copy));
    errors = compile(copy);
  });

  afterAll(() => rmSync(copy, { recursive: true }));

  it("needs three files for a key for the planner only, including the planner's one", () => {
    // As the name in question, or in a list of missing ones: the types of other errors have all keys.
    const named = /'(?:is)?hushed'|: [\w, ]*\bhushed\b/i;
    expect(errors.filter((error) => named.test(error))).toEqual([]);
  });

  it.each(starts)("names the files of the next steps after the first one: $change", ({ follow }) => {
    for (const [file, missing] of Object.entries(follow)) {
      expect(errors).toContainEqual(
        expect.stringMatching(
          new RegExp(`^${file}\\(.*(?:'"?${missing}"?' is missing|${missing}"?(?:,|$)|${missing} )`),
        ),
      );
    }
  });
});

function copyOfSources(): string {
  const copy = mkdtempSync(join(tmpdir(), "where-to-change-"));
  const schemas = readdirSync(".").filter((name) => name.endsWith(".schema.json"));
  for (const each of ["src", "tsconfig.json", "package.json", ...schemas]) {
    cpSync(each, join(copy, each), { recursive: true });
  }
  symlinkSync(join(process.cwd(), "node_modules"), join(copy, "node_modules"));
  return copy;
}

function add({ file, above, addition }: Omit<Start, "change" | "follow">, copy: string): void {
  const path = join(copy, file);
  const text = readFileSync(path, "utf8");
  expect(text.split(`\n${above}`), `${file} has one line ${above}`).toHaveLength(2);
  writeFileSync(path, text.replace(`\n${above}`, `\n${addition}\n${above}`));
}

/** Returns the errors of the compiler, each on one line with its file first. */
function compile(folder: string): readonly string[] {
  const tsc = join(process.cwd(), "node_modules/.bin/tsc");
  try {
    // One thread and no garbage collection take half of the processor time, and no more memory.
    const env = { ...process.env, GOGC: "off" };
    const words = ["--noEmit", "--singleThreaded", "-p", folder];
    execFileSync(tsc, words, { cwd: folder, encoding: "utf8", env });
    return [];
  } catch (error) {
    const { stdout } = error as { readonly stdout: string };
    return stdout.split(/\n(?! )/).map((each) => each.replaceAll("\n", " "));
  }
}
