import { execFileSync, spawn } from "node:child_process";
import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { once } from "node:events";
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
  const unitDir = (): string => join(home, "units");
  const sweep = (own: string): void => sweepTools(own, unitDir());
  const kept = (parent = "tool"): string =>
    readdirSync(join(home, parent))
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
    sweep(own);
    expect(kept()).toBe("ae");
    rmSync(join(home, "tool", "e".repeat(64)), { recursive: true });
    place("f", 300);
    place("b", 400);
    sweep(own);
    expect(kept()).toBe("af");
  });

  it("count as used by the newer one of two marks", () => {
    const own = place("a", 0);
    for (const letter of ["b", "c"]) writeFileSync(join(place(letter, 40), ".used"), "");
    const seconds = Date.now() / 1_000 - 50 * day;
    utimesSync(join(home, "tool", "c".repeat(64), ".used"), seconds, seconds);
    place("d", 35);
    sweep(own);
    expect(kept()).toBe("ab");
  });

  it("take brought nodes along that nobody has used for 30 days, and that nothing needs", async () => {
    const own = place("a", 0);
    const node = (letter: string, days: number): string => {
      const folder = place(letter, days, "node");
      rmSync(join(folder, ".whole"));
      writeFileSync(join(folder, "node"), "");
      const seconds = Date.now() / 1_000 - days * day;
      writeFileSync(join(folder, ".used"), "");
      utimesSync(join(folder, ".used"), seconds, seconds);
      return join(folder, "node");
    };
    node("b", 31);
    node("c", 29);
    const unit = node("d", 400);
    mkdirSync(unitDir());
    writeFileSync(join(unitDir(), "mosaic-fleet.service"), `ExecStart=${unit} cli.js watch\n`);
    symlinkSync(join(home, "nowhere"), join(unitDir(), "lost.service"));
    const running = node("e", 400);
    copyFileSync(execFileSync("which", ["sleep"], { encoding: "utf8" }).trim(), running);
    chmodSync(running, 0o700);
    const child = spawn(running, ["1000"]);
    await once(child, "spawn");
    const half = join(home, "node", ".new-abc");
    mkdirSync(half);
    utimesSync(half, 1, 1);
    // A node of an earlier version has no mark.
    const unmarked = join(home, "node", "f".repeat(64));
    mkdirSync(unmarked);
    sweep(own);
    expect(kept("node")).toBe(".cdef");
    child.kill("SIGKILL");
    await once(child, "exit");
    rmSync(unitDir(), { recursive: true });
    // Units that cannot be read may name any of them.
    writeFileSync(unitDir(), "");
    sweep(own);
    expect(kept("node")).toBe(".cdef");
    rmSync(unitDir());
    utimesSync(unmarked, 1, 1);
    sweep(own);
    expect(kept("node")).toBe(".c");
  });

  it("are no other folders: an installed program removes nothing next to it", () => {
    const own = place("a", 0, "node_modules");
    const other = place("b", 400, "node_modules");
    place("c", 400, "node_modules");
    sweep(own);
    expect(existsSync(other)).toBe(true);
    sweep(join(home, "tool", "current"));
    sweep(join(home, "missing/tool", "a".repeat(64)));
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
    sweep(own);
    expect(kept()).toHaveLength(2);
    expect(existsSync(upload)).toBe(false);
  });
});
