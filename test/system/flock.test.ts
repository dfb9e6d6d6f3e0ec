import { spawn, spawnSync } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { localMachine } from "../../src/system/environment.ts";
import { localExec } from "../../src/system/exec.ts";
import { takeLock, type HeldLock } from "../../src/system/flock.ts";
import { until } from "../support/rig/until.ts";

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

async function taken(isHandedOn = false): Promise<HeldLock> {
  const lock = await takeLock(path, { ...atOnce, isHandedOn });
  if (typeof lock === "string" || "error" in lock) throw new Error(JSON.stringify(lock));
  return lock;
}

/** Waits until this process runs a flock(1), which waits for the lock. */
const somebodyWaits = (): Promise<true> =>
  until(
    "somebody waits for the lock",
    async () => spawnSync("pgrep", ["-P", `${process.pid}`, "-x", "flock"]).status === 0,
  );

describe("A lock", () => {
  it("is asked for by a process that listens to signals already: flock(1) would outlive it", async () => {
    const listeners = (): readonly number[] =>
      ["SIGINT", "SIGTERM", "SIGHUP"].map((signal) => process.listenerCount(signal));
    const before = listeners();
    const atSpawn: (readonly number[])[] = [];
    const onSpawn = (): void => void atSpawn.push(listeners());
    subscribe("child_process", onSpawn);
    const lock = await taken().finally(() => unsubscribe("child_process", onSpawn));
    expect(atSpawn).toEqual([before.map((count) => count + 1)]);
    expect(listeners()).toEqual(before);
    lock.release();
  });

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

  it("is kept by a command that it was handed to, until that ends", async () => {
    const lock = await taken(true);
    const abort = new AbortController();
    const run = (keepsLock: boolean) => {
      const args = ["-c", 'touch "$0"; exec sleep 60', join(folder, `${keepsLock}`)];
      return localExec(localMachine())({ file: "sh", args, timeoutMs: 60_000, keepsLock }, abort.signal);
    };
    const ended = Promise.all([run(false), run(true)]);
    await until("both run", async () => ["false", "true"].every((name) => existsSync(join(folder, name))));
    lock.release();
    expect(isFree()).toBe(false);
    abort.abort();
    await ended;
    expect(isFree()).toBe(true);
  });

  it("admits one holder at a time, and others can wait for it", async () => {
    const lock = await taken();
    expect(await takeLock(path, atOnce)).toBe("locked");
    const next = takeLock(path, { timeoutMs: 20_000, factor: 1 });
    await somebodyWaits();
    lock.release();
    const second = await next;
    expect(second).toHaveProperty("release");
    expect(isFree()).toBe(false);
    if (typeof second !== "string" && "release" in second) second.release();
  });

  it("is not acquired if the wait for it is interrupted", async () => {
    const lock = await taken();
    const interruption = new AbortController();
    const next = takeLock(path, { timeoutMs: 20_000, factor: 1, interrupt: interruption.signal });
    await somebodyWaits();
    interruption.abort();
    expect(await next).toBe("interrupted");
    lock.release();
    expect(isFree()).toBe(true);
  });

  it("is created in a file that only this account can read, and never through a link", async () => {
    (await taken()).release();
    expect(statSync(path).mode & 0o777).toBe(0o600);
    symlinkSync(path, join(folder, "link"));
    expect(await takeLock(join(folder, "link"), atOnce)).toEqual({
      error: expect.stringContaining("ELOOP") as string,
      code: "ELOOP",
    });
  });
});
