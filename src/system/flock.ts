import { spawn, type ChildProcess } from "node:child_process";

/** A held lock. It is also freed by the kernel when this process dies, however it dies. */
export interface HeldLock {
  release(): Promise<void>;
}

/** flock(1)'s exit status for a lock that was not had in time, chosen to differ from any other. */
const conflictStatus = 75;

/** What flock(1) may take beyond the time that it waits, and to let go, ms: it is one process that does next to nothing. */
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
 * Takes an exclusive flock(2) on a file, which is created if need be. Node has no such call, so flock(1) holds it: its
 * program reads from a pipe that ends with this process.
 * Returns "locked" where somebody else holds it, "interrupted" where a signal came first, and a message where flock(1)
 * cannot do it at all.
 */
export async function takeLock(
  path: string,
  { timeoutMs, factor, interrupt }: LockOptions,
): Promise<HeldLock | "locked" | "interrupted" | { error: string }> {
  const wait = ["--wait", String(timeoutMs / 1000)];
  const program = ["sh", "-c", "echo held; exec cat >/dev/null"];
  const child = spawn("flock", [...wait, "--conflict-exit-code", String(conflictStatus), path, ...program], {
    stdio: ["pipe", "pipe", "pipe"],
    // A Ctrl-C at the terminal is meant for this process: it decides when to let go.
    detached: true,
  });
  child.stdin.on("error", () => undefined); // it has ended, which `ended` tells
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code === "ENOENT" ? "flock was not found" : error.message),
    );
    child.once("close", (code, signal) => resolve(code ?? `flock was killed by ${signal}`));
  });
  const margin = marginMs * factor;
  const first = await firstOf(child, ended, timeoutMs + margin, interrupt);
  if (first === "held") {
    return {
      async release() {
        child.stdin.end();
        const timer = setTimeout(() => killGroup(child), margin);
        await ended;
        clearTimeout(timer);
      },
    };
  }
  killGroup(child);
  if (first === conflictStatus) return "locked";
  if (first === "interrupted") return first;
  if (first === "timeout") return { error: `flock did not answer within ${(timeoutMs + margin) / 1000} s` };
  const how =
    typeof first === "number" ? `flock exited with status ${first}, without holding the lock` : first;
  return { error: stderr.trim() || how };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** A flock that waits would wait on after the end of this process, and take the lock for an instant: so signals are caught. */
async function firstOf(
  child: ChildProcess,
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
    let said = "";
    child.stdout?.on("data", (data: Buffer) => {
      said += data.toString();
      if (said === "held\n") resolve("held");
    });
  });
  try {
    return await Promise.race([others, ended]);
  } finally {
    over.abort();
  }
}

function killGroup(child: ChildProcess): void {
  try {
    if (child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
  } catch {
    // It has ended.
  }
  for (const stream of [child.stdin, child.stdout, child.stderr]) stream?.destroy();
}
