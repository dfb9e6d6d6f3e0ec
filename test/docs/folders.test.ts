import { basename, dirname, join } from "node:path";
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

describe("The table of rooms in docs/architecture.md", () => {
  it("has each folder in a folder of src, and each format of fleet import together", () => {
    const [, table = ""] = /\n(\| room[^]*?)\n\n/.exec(readFileSync("docs/architecture.md", "utf8")) ?? [];
    const rows = table
      .split("\n")
      .map((row) => [...row.matchAll(/`([\w./-]+)\/`/g)].map(([, path = ""]) => path));
    const rooms = readdirSync("src", { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ parentPath, name }) => join(parentPath, name).slice("src/".length))
      .filter((path) => path.includes("/") && !/^import\/(?!form|sessions|inventory|running)/.test(path));
    expect(rooms.length).toBeGreaterThan(80);
    /** Returns true for a row with the path, or with the last name next to the path of its parent or of a neighbour. */
    const has = (row: readonly string[], room: string): boolean => {
      const next = row.filter((path) => [dirname(path), path].includes(dirname(room)));
      return row.includes(room) || (next.length > 0 && row.includes(basename(room)));
    };
    expect(rooms.filter((room) => !rows.some((row) => has(row, room)))).toEqual([]);
  });
});
