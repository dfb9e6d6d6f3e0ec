import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { readPath } from "../../../src/drivers/files/read.ts";

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), "read, of files-"));
});
afterEach(() => rmSync(root, { recursive: true }));

it("tells the system's error without its path, whatever the path contains", () => {
  symlinkSync("circle", join(root, "circle"));
  expect(readPath(join(root, "circle/file"))).toEqual({
    kind: "unreadable",
    message: expect.stringContaining(root) as string,
    problem: "ELOOP: too many symbolic links encountered",
    code: "ELOOP",
  });
});
