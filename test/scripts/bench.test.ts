import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const bench = fileURLToPath(new URL("../../scripts/bench.mjs", import.meta.url));

describe("npm run bench", () => {
  it.each([
    ["--sizes", "ten", "--sizes wants whole numbers"],
    ["--sizes", "10,,100", "--sizes wants whole numbers"],
    ["--sizes", "0", "--sizes wants whole numbers"],
    ["--runs", "3", "--runs wants a whole number of at least 7"],
    ["--only", "pm3", "--only wants names of contenders"],
    ["--up-to", "pm2", "--up-to wants NAME=N"],
    ["--fast", "", "Unknown option '--fast'"],
  ])("refuses an impossible request: %s %s", (flag, value, told) => {
    const { status, stderr } = spawnSync(process.execPath, [bench, flag, value], { encoding: "utf8" });
    expect(status).toBe(64);
    expect(stderr).toContain(told);
    expect(stderr).toContain("usage: npm run bench");
  });
});
