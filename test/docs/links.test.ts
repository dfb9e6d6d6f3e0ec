import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";

const pages = [
  "README.md",
  "CONTRIBUTING.md",
  "CHANGELOG.md",
  ...readdirSync("docs", { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

const withoutCode = (text: string): string =>
  text.replaceAll(/^```.*?^```/gms, "").replaceAll(/`[^`\n]*`/g, "code");

/** Returns the anchors of a page as GitHub makes them of its headings. */
function anchorsOf(page: string): Set<string> {
  const headings = readFileSync(page, "utf8")
    .replaceAll(/^```.*?^```/gms, "")
    .matchAll(/^#+ (.+)$/gm);
  const slug = (heading: string): string =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}\s_-]/gu, "")
      .trim()
      .replaceAll(/\s/g, "-");
  return new Set([...headings].map(([, heading = ""]) => slug(heading)));
}

describe.each(pages)("%s", (page) => {
  const targets = [
    ...withoutCode(readFileSync(page, "utf8")).matchAll(/\]\(([^)\s]+)\)|^\[[^\]]+\]: (\S+)/gm),
  ]
    .map(([, inline, reference]) => inline ?? reference ?? "")
    .filter((target) => !/^[a-z]+:/.test(target));

  it("links only to files and headings that exist", () => {
    const broken = targets.filter((target) => {
      const [path = "", anchor] = target.split("#");
      const file = path === "" ? page : normalize(join(dirname(page), path));
      if (!existsSync(file)) return true;
      return anchor !== undefined && file.endsWith(".md") && !anchorsOf(file).has(anchor);
    });
    expect(broken).toEqual([]);
  });
});

describe.each([
  "docs/where-to-change.md",
  "docs/architecture.md",
  "docs/reliability.md",
  "docs/design/decisions.md",
  "docs/design/libraries.md",
  "CONTRIBUTING.md",
])("%s", (page) => {
  it("names only files that exist", () => {
    const paths = readFileSync(page, "utf8").matchAll(/`((?:src|test|units|scripts)\/[^`\s]*)`/g);
    expect([...paths].map(([, path = ""]) => path).filter((path) => !existsSync(path))).toEqual([]);
  });
});

describe("docs/README.md", () => {
  it("lists every page", () => {
    const index = readFileSync("docs/README.md", "utf8");
    const others = readdirSync("docs", { recursive: true, encoding: "utf8" }).filter(
      (name) => name.endsWith(".md") && name !== "README.md",
    );
    expect(others.filter((name) => !index.includes(`](${name})`))).toEqual([]);
  });
});

describe("docs/architecture.md", () => {
  it("names only files of src that exist", () => {
    const paths = readFileSync("docs/architecture.md", "utf8").matchAll(
      /`((?!src\/|test\/)[a-z-]+\/[a-z/-]+\.ts)`/g,
    );
    const names = [...paths].map(([, path = ""]) => path);
    expect(names.length).toBeGreaterThan(10);
    expect(names.filter((path) => !existsSync(join("src", path)))).toEqual([]);
  });
});

describe("docs/reliability.md", () => {
  /** Returns the tests of a cell. A name without a folder is next to the one before it, or above. */
  function testsIn(cell: string): readonly string[] {
    let folder = "test";
    return cell
      .replaceAll("`", "")
      .split(/[;,] */)
      .map((each) => each.replace(/^laws? in /, "").trim())
      .filter((each) => /^[\w./-]+$/.test(each))
      .map((name) => {
        const found = [name, join("test", name), ...above(folder).map((each) => join(each, name))].find(
          exists,
        );
        if (found !== undefined) folder = existsSync(found) ? found : dirname(found);
        return found ?? `${name}?`;
      });
  }

  const exists = (path: string): boolean => existsSync(path) || existsSync(`${path}.test.ts`);
  const above = (folder: string): readonly string[] =>
    folder === "." ? [] : [folder, ...above(dirname(folder))];

  it("names a test for each promise and each situation, and each test exists", () => {
    const rows = readFileSync("docs/reliability.md", "utf8").split("\n");
    const cells = rows.flatMap((row) =>
      row.startsWith("|")
        ? [
            row
              .split(/(?<!\\)\|/)
              .at(-2)
              ?.trim() ?? "",
          ]
        : [],
    );
    const named = cells
      .filter((cell) => /(?:test|cases|fleet|watch|config|desired)\//.test(cell))
      .flatMap(testsIn);
    expect(named.length).toBeGreaterThan(80);
    expect(named.filter((name) => name.endsWith("?"))).toEqual([]);
  });
});
