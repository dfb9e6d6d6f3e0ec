import { closeSync, constants, openSync, readFileSync } from "node:fs";
import type { OpenFile } from "./run-command.ts";
import { killGroup } from "./supervised.ts";

/** A held lock. It is also freed by the kernel when this process dies, however it dies. */
export interface HeldLock {
  release(): void;
}

/** flock(1)'s exit status for a lock that was not had in time, chosen to differ from any other. */
const conflictStatus = 75;

/** What flock(1) may take beyond the time that it waits, ms: it is one process that does next to nothing. */
const marginMs = 10_000;

export interface LockOptions {
  /** ms that somebody else may go on holding it */
  readonly timeoutMs: number;
  /** By what flock's own time is multiplied: see timeoutFactor. */
  readonly factor: number;
  /** What ends the wait, instead of SIGINT, SIGTERM and SIGHUP, where the caller listens to signals itself. */
  readonly interrupt?: AbortSignal | undefined;
}

/**
 * Takes an exclusive flock(2) on a file, which is created if need be; a link in its place is not followed. Node has no such
 * call, so flock(1) makes it for a file that this process has opened: the lock is the open file's, and stays when flock(1)
 * is gone (flock(2): locks are associated with an open file description).
 * Returns "locked" where somebody else holds it, "interrupted" where a signal came first, and a message where flock(1)
 * cannot do it at all.
 */
export async function takeLock(
  path: string,
  { timeoutMs, factor, interrupt }: LockOptions,
): Promise<HeldLock | "locked" | "interrupted" | { error: string }> {
  const opened = openToLock(path);
  if (typeof opened === "string") return { error: opened };
  const args = ["--wait", String(timeoutMs / 1000), "--conflict-exit-code", String(conflictStatus), "0"];
  const { startChild } = await import("./run-command.ts");
  const child = startChild("flock", args, process.env, [opened as OpenFile, "ignore", "pipe"]);
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = child.then(({ exitCode, signal, code, originalMessage }): number | string => {
    if (exitCode !== undefined) return exitCode;
    if (code === "ENOENT") return "flock was not found";
    return signal === undefined
      ? (originalMessage ?? "flock did not start")
      : `flock was killed by ${signal}`;
  });
  const limitMs = timeoutMs + marginMs * factor;
  const first = await firstOf(ended, limitMs, interrupt);
  if (first === 0 && isLocked(opened)) return held(opened);
  killGroup(child);
  closeSync(opened);
  if (first === conflictStatus) return "locked";
  if (first === "interrupted") return first;
  if (first === "timeout") return { error: `flock did not answer within ${limitMs / 1000} s` };
  const how =
    typeof first === "number" ? `flock exited with status ${first}, without taking the lock` : first;
  return { error: stderr.trim() || how };
}

/** What the kernel says of the open file (proc(5), fdinfo); true where it says nothing. */
function isLocked(file: number): boolean {
  try {
    return /^lock:.* FLOCK .* WRITE /m.test(readFileSync(`/proc/self/fdinfo/${file}`, "utf8"));
  } catch {
    return true;
  }
}

function held(file: number): HeldLock {
  let isHeld = true;
  return {
    release() {
      // The number of a file that is closed is given to the next one.
      if (isHeld) closeSync(file);
      isHeld = false;
    },
  };
}

/** The file, open; or why it is not. */
function openToLock(path: string): number | string {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A flock that waits would wait on after the end of this process, and take the lock for an instant: so signals are caught. */
async function firstOf(
  ended: Promise<number | string>,
  timeoutMs: number,
  interruption: AbortSignal | undefined,
): Promise<number | string> {
  const over = new AbortController();
  const others = new Promise<string>((resolve) => {
    const timer = setTimeout(() => resolve("timeout"), timeoutMs);
    const interrupt = (): void => resolve("interrupted");
    if (interruption?.aborted) interrupt();
    if (interruption) interruption.addEventListener("abort", interrupt, { once: true });
    else for (const signal of signals) process.on(signal, interrupt);
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      interruption?.removeEventListener("abort", interrupt);
      for (const signal of signals) process.off(signal, interrupt);
    });
  });
  try {
    return await Promise.race([others, ended]);
  } finally {
    over.abort();
  }
}
