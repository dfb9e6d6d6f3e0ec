import { execFileSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { appendLine } from "../../../src/drivers/files/append-line.ts";

describe("a line added to a file", () => {
  const folder = mkdtempSync(join(tmpdir(), "append-line-"));
  afterAll(() => rmSync(folder, { recursive: true }));
  const text = (name: string): string => readFileSync(join(folder, name), "utf8");
  const modeOf = (name: string): number => statSync(join(folder, name)).mode & 0o777;

  it("makes a private file in private folders", () => {
    const path = join(folder, "a/b/lines");
    expect([appendLine(path, "one", 100).ok, appendLine(path, "two", 100).ok]).toEqual([true, true]);
    expect([text("a/b/lines"), modeOf("a"), modeOf("a/b"), modeOf("a/b/lines")]).toEqual([
      "one\ntwo\n",
      0o700,
      0o700,
      0o600,
    ]);
  });

  it("begins after a line that was cut off", () => {
    writeFileSync(join(folder, "torn"), "whole\nhal");
    expect(appendLine(join(folder, "torn"), "next", 100).ok).toBe(true);
    expect(text("torn")).toBe("whole\nhal\nnext\n");
  });

  it("goes to a new file once the old one is large, and one old file is kept", () => {
    const path = join(folder, "large");
    for (const line of ["first", "second", "third"]) appendLine(path, line, 5);
    expect([text("large"), text("large.1")]).toEqual(["third\n", "second\n"]);
  });

  it("neither follows a link nor waits for a pipe, and says why", () => {
    writeFileSync(join(folder, "target"), "mine\n");
    symlinkSync("target", join(folder, "link"));
    execFileSync("mkfifo", [join(folder, "pipe")]);
    for (const name of ["link", "pipe", "target/below"]) {
      expect(appendLine(join(folder, name), "no", 100)).toMatchObject({
        ok: false,
        diagnostics: [{ code: "file-write-failed" }],
      });
    }
    expect(text("target")).toBe("mine\n");
  });

  it.skipIf(process.getuid?.() === 0)("says that a file cannot be written", () => {
    writeFileSync(join(folder, "closed"), "old\n");
    chmodSync(join(folder, "closed"), 0o400);
    expect(appendLine(join(folder, "closed"), "no", 100).ok).toBe(false);
  });
});
