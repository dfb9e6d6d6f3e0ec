import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

describe("The reader of a log", () => {
  let folder = "";
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), "fleet-log-"));
  });
  afterAll(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it("drops and counts output once tmux has grown by 64 MB, and goes on", () => {
    execFileSync(
      process.execPath,
      ["test/support/programs/growing-parent.mjs", "units/start-agent-session.sh", folder],
      { timeout: 60_000 },
    );
    const log = readFileSync(join(folder, "output.log"), "latin1");
    const found = [...log.matchAll(/^\d{8}$/gm)].map(Number);
    // A loss may join the beginning of one number and the end of another one: such a number has no neighbour.
    const numbers = found.filter(
      (number, index) => found[index - 1] === number - 1 || found[index + 1] === number + 1,
    );
    const gaps = numbers.flatMap((number, index) => number - (numbers[index - 1] ?? number - 1) - 1);
    const lost = [...log.matchAll(/about (\d+) kB of its output are missing here/g)];
    expect(lost.length).toBeGreaterThan(0);
    expect(gaps.filter((gap) => gap > 0).length).toBeGreaterThan(0);
    expect(gaps.filter((gap) => gap < 0)).toEqual([]);
    // Each number has 9 bytes with its line. An interrupted dd may count a block of 64 kB too much or too little.
    const missing = gaps.reduce((total, gap) => total + gap * 9, 0);
    const told = lost.reduce((total, [, kilobytes]) => total + Number(kilobytes) * 1024, 0);
    expect(Math.abs(missing - told)).toBeLessThan(80 * 1024 * lost.length);
  });
});
