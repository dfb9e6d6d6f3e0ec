import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stagePages } from "../../scripts/docs/pages.mjs";
import { referenceOf } from "../../scripts/docs/reference.mjs";

describe("the pages of the site", () => {
  let folder: string;
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "site-"));
    stagePages(folder);
  });
  afterAll(() => rmSync(folder, { recursive: true }));
  const page = (path: string): string => readFileSync(join(folder, path), "utf8");

  it("keep links between pages, and lead other links to the repository", () => {
    expect(page("docs/README.md")).toContain("](../CONTRIBUTING.md)");
    expect(page("docs/ci.md")).toMatch(/\]\(https:[^)]+\/blob\/main\/plan\.schema\.json\)/);
    expect(page("index.md")).toContain("](docs/");
  });

  it("have their pictures, and find those of elements by a path", () => {
    const sources = [
      ...page("index.md").matchAll(/\b(?:src|srcset)="([^"]+)"|\]\(([^)\s]+\.(?:svg|webp|png))\)/g),
    ];
    const paths = sources.map(([, element, link]) => element ?? `./${link ?? ""}`);
    expect(paths).toContain("./docs/ui/agents-dark.webp");
    for (const path of paths) {
      expect(path).toMatch(/^\.\//);
      expect(existsSync(join(folder, path))).toBe(true);
    }
  });

  it("are in the menu, in the order of the table of contents", () => {
    const groups = JSON.parse(page("sidebar.json")) as {
      readonly text: string;
      readonly items: readonly { readonly link: string }[];
    }[];
    expect(groups.map(({ text }) => text)).toEqual([
      "Use it",
      "Work with many agents",
      "Connect it",
      "Understand it",
      "Change it",
      "Reference",
    ]);
    const links = groups.flatMap(({ items }) => items.map(({ link }) => link));
    expect(links).toContain("/docs/daily-work");
    expect(links).toContain("/CONTRIBUTING");
    for (const link of links) expect(page(`${link}.md`)).toMatch(/^# /);
  });

  it("have no braces that a template would evaluate", () => {
    for (const path of ["docs/fleet-yaml.md", "docs/metrics.md", "CHANGELOG.md"]) {
      const prose = page(path)
        .replace(/```[\s\S]*?```/g, "")
        .replace(/<code v-pre>.*?<\/code>/g, "");
      expect([path, prose.includes("{{")]).toEqual([path, false]);
    }
  });
});

describe("the reference of fleet.yaml", () => {
  const text = referenceOf({
    properties: {
      version: { const: 1, description: "The format." },
      agents: {
        description: "By name.",
        type: ["object", "null"],
        additionalProperties: {
          properties: {
            ready: {
              anyOf: [{ type: "boolean" }, { type: "object", properties: { exec: { type: "string" } } }],
            },
            mode: { enum: ["a", "b"], default: "a", description: "One | two." },
            words: { type: "array", items: { type: "string" }, examples: [["x"]] },
          },
        },
      },
    },
  });

  it("has a section for each key at the top, and a row for each key below", () => {
    expect(text).toContain("## `version`\n\nThe format.\n\n`1`.");
    expect(text).toContain('| `agents.NAME.mode` | One \\| two. | `"a"`, `"b"`. Default: `"a"`. |');
    expect(text).toContain("| `agents.NAME.ready` |  | boolean or map. |");
    expect(text).toContain("| `agents.NAME.ready.exec` |  | string. |");
    expect(text).toContain('| `agents.NAME.words` |  | list. Such as `["x"]`. |');
  });
});
