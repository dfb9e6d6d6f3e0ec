import { closeSync, openSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { errorNumber, readHint, startHint, writeHint } from "../../src/diagnostics/error-hint.ts";

const numbered = (code: string): Error => Object.assign(new Error("it failed"), { code });

describe("A hint about an error by its number", () => {
  it("names the limit of open files, and not the owner of a folder", () => {
    for (const hint of [writeHint(numbered("EMFILE")), readHint(numbered("EMFILE")), startHint("EMFILE")])
      expect(hint).toContain("`ulimit -n 4096`");
    expect(readHint(numbered("ENFILE"))).toContain("fs.file-max; nothing was changed");
  });

  it("says nothing of an unknown number, except where to look after a failed reading", () => {
    expect([
      writeHint(numbered("EIO")),
      writeHint("no error"),
      startHint("E2BIG"),
      startHint(undefined),
    ]).toEqual(Array(4).fill(undefined));
    expect(readHint(numbered("EIO"))).toBe("check the owner and mode of the folder; nothing was changed");
    expect([writeHint(numbered("EACCES")), writeHint(numbered("ENOSPC"))]).toEqual([
      "check the owner and mode of the folder",
      "the disk is full: free some space there",
    ]);
  });
});

describe("errorNumber", () => {
  it("returns the number of a real error", () => {
    const numberOf = (act: () => unknown): string | undefined => {
      try {
        act();
        return "none";
      } catch (error) {
        return errorNumber(error);
      }
    };
    expect([numberOf(() => openSync("/no/such", "r")), numberOf(() => closeSync(9_999))]).toEqual([
      "ENOENT",
      "EBADF",
    ]);
  });
});
