import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { sweepTools } from "../../../../src/drivers/files/pushed/tools.ts";

const day = 24 * 3_600;

describe("The programs from other machines", () => {
  let home: string;
  beforeEach(() => {
    home = mkdtempSync(join(tmpdir(), "tools-"));
  });
  afterEach(() => rmSync(home, { recursive: true }));

  /** Makes the folder of a program that was used so many days ago, and returns its path. */
  function place(letter: string, days: number, parent = "tool"): string {
    const folder = join(home, parent, letter.repeat(64));
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, ".whole"), "1");
    const seconds = Date.now() / 1_000 - days * day;
    utimesSync(join(folder, ".whole"), seconds, seconds);
    return folder;
  }
  const kept = (): string =>
    readdirSync(join(home, "tool"))
      .map((name) => name.charAt(0))
      .toSorted()
      .join("");

  it("are kept for 30 days after their last use, and the newest two for ever", () => {
    const own = place("a", 0);
    for (const [letter, days] of [
      ["b", 400],
      ["c", 40],
      ["d", 31],
      ["e", 29],
    ] as const)
      place(letter, days);
    sweepTools(own);
    expect(kept()).toBe("ae");
    rmSync(join(home, "tool", "e".repeat(64)), { recursive: true });
    place("f", 300);
    place("b", 400);
    sweepTools(own);
    expect(kept()).toBe("af");
  });

  it("are no other folders: an installed program removes nothing next to it", () => {
    const own = place("a", 0, "node_modules");
    const other = place("b", 400, "node_modules");
    place("c", 400, "node_modules");
    sweepTools(own);
    expect(existsSync(other)).toBe(true);
    sweepTools(join(home, "tool", "current"));
    sweepTools(join(home, "missing/tool", "a".repeat(64)));
  });

  it("count a program without a mark by its folder, and half an upload, too", () => {
    const own = place("a", 0);
    for (const letter of ["b", "c"]) {
      rmSync(join(place(letter, 0), ".whole"));
      const seconds = Date.now() / 1_000 - 40 * day;
      utimesSync(join(home, "tool", letter.repeat(64)), seconds, seconds);
    }
    const upload = join(home, "tool", ".new-abc");
    mkdirSync(upload);
    utimesSync(upload, 1, 1);
    sweepTools(own);
    expect(kept()).toHaveLength(2);
    expect(existsSync(upload)).toBe(false);
  });
});
