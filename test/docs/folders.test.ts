import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const folders = readdirSync("src", { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map(({ name }) => `src/${name}/`);

describe.each(["CONTRIBUTING.md", "docs/architecture.md"])("The table of folders in %s", (page) => {
  const [, table = ""] = /\n(\| folder[^]*?)\n\n/.exec(readFileSync(page, "utf8")) ?? [];
  const listed = [...table.matchAll(/^\|([^|]*)\|/gm)].flatMap(([, cell = ""]) =>
    [...cell.matchAll(/`([\w./-]+\/)`/g)].map(([, folder = ""]) => folder),
  );

  it("lists each folder of src once", () => {
    expect(listed.filter((folder) => folder.startsWith("src/")).sort()).toEqual(folders.sort());
  });

  it("lists no folder that does not exist", () => {
    expect(listed.filter((folder) => !existsSync(folder))).toEqual([]);
  });
});
