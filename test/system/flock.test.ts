import { spawn, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { takeLock, type HeldLock } from "../../src/system/flock.ts";

const atOnce = { timeoutMs: 0, factor: 1 };

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "flock-"));
  path = join(folder, "lock");
});
afterEach(() => rmSync(folder, { recursive: true }));

/** Returns true if another process could have the lock now. */
const isFree = (): boolean => spawnSync("flock", ["--nonblock", path, "true"]).status === 0;

async function taken(): Promise<HeldLock> {
  const lock = await takeLock(path, atOnce);
  if (typeof lock === "string" || "error" in lock) throw new Error(JSON.stringify(lock));
  return lock;
}

describe("A lock", () => {
  it("is held by this process alone until its release", async () => {
    const lock = await taken();
    expect(isFree()).toBe(false);
    const children = readFileSync(`/proc/self/task/${process.pid}/children`, "utf8").trim().split(" ");
    const programs = children.filter(Boolean).map((pid) => readFileSync(`/proc/${pid}/comm`, "utf8"));
    expect(programs).not.toContain("flock\n");
    lock.release();
    expect(isFree()).toBe(true);
    lock.release(); // does nothing, least of all close another file
  });

  it("is not inherited by child processes, which may outlive it", async () => {
    const lock = await taken();
    const child = spawn("sleep", ["60"], { stdio: "ignore" });
    lock.release();
    expect(isFree()).toBe(true);
    child.kill();
  });

  it("admits one holder at a time, and others can wait for it", async () => {
    const lock = await taken();
    expect(await takeLock(path, atOnce)).toBe("locked");
    const next = takeLock(path, { timeoutMs: 20_000, factor: 1 });
    setTimeout(() => lock.release(), 100);
    const second = await next;
    expect(second).toHaveProperty("release");
    expect(isFree()).toBe(false);
    if (typeof second !== "string" && "release" in second) second.release();
  });

  it("is not acquired if the wait for it is interrupted", async () => {
    const lock = await taken();
    const interrupt = AbortSignal.timeout(100);
    expect(await takeLock(path, { timeoutMs: 20_000, factor: 1, interrupt })).toBe("interrupted");
    lock.release();
    expect(isFree()).toBe(true);
  });

  it("is created in a file that only this account can read, and never through a link", async () => {
    (await taken()).release();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    symlinkSync(path, join(folder, "link"));
    expect(await takeLock(join(folder, "link"), atOnce)).toEqual({
      error: expect.stringContaining("ELOOP") as string,
    });
  });
});
