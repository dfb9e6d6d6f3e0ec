import { chmodSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readEntry, writeEntry } from "../../../src/config/file/cache.ts";
import type { FleetConfig } from "../../../src/config/types.ts";

const config = { name: "night" } as FleetConfig;
const digests = [["text", "0123"]] as const;

describe("a cached configuration", () => {
  let root: string;
  let folder: string;
  let path: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), "mosaic-fleet-cache-"));
    folder = join(root, "mosaic-fleet");
    path = join(folder, "entry.json");
    writeEntry(path, { key: "key", config, included: [], digests });
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it("is found again by the beginning of its key alone, and readable by no other account", () => {
    expect(readEntry(path, "k")).toEqual({ key: "key", config, included: [], digests });
    expect(readEntry(path, "other")).toBeUndefined();
    expect([folder, path].map((each) => statSync(each).mode & 0o777)).toEqual([0o700, 0o600]);
    expect(readdirSync(folder)).toEqual(["entry.json"]);
  });

  it.each([
    ["its file can be written by others", () => chmodSync(path, 0o602)],
    ["its file can be written by a group", () => chmodSync(path, 0o620)],
    ["its folder can be written by others", () => chmodSync(folder, 0o777)],
    [
      "its file is a link",
      () => {
        renameSync(path, join(root, "elsewhere"));
        symlinkSync(join(root, "elsewhere"), path);
      },
    ],
    [
      "its folder is a link",
      () => {
        renameSync(folder, join(root, "elsewhere"));
        symlinkSync("elsewhere", folder);
      },
    ],
  ])("is ignored if %s", (_, happen) => {
    happen();
    expect(readEntry(path, "k")).toBeUndefined();
  });

  it("is not written to a folder that others can write to, or that a link leads to", () => {
    chmodSync(folder, 0o777);
    writeEntry(join(folder, "new.json"), { key: "k", config, included: [], digests });
    expect(readdirSync(folder)).toEqual(["entry.json"]);
    chmodSync(folder, 0o700);
    renameSync(folder, join(root, "elsewhere"));
    symlinkSync("elsewhere", folder);
    writeEntry(join(folder, "new.json"), { key: "k", config, included: [], digests });
    expect(readdirSync(join(root, "elsewhere"))).toEqual(["entry.json"]);
  });

  it.each(["/proc/mosaic-fleet/entry.json", "/dev/null/mosaic-fleet/entry.json"])(
    "is skipped at once if it cannot be used: %s",
    (nowhere) => {
      expect(() => writeEntry(nowhere, { key: "k", config, included: [], digests })).not.toThrow();
      expect(readEntry(nowhere, "k")).toBeUndefined();
    },
  );
});
