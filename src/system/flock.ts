import { closeSync, constants, openSync, readFileSync } from "node:fs";
import { spawnChild } from "./child/read-command.ts";
import { killGroup } from "./child/supervised.ts";
import { handOn, keepToOneself } from "./child/handed-locks.ts";
import { errorNumber } from "../diagnostics/error-hint.ts";
import { errorMessage } from "../text/error-message.ts";
import { endingSignals } from "./signals.ts";

/** A held lock. It is also freed by the kernel when this process dies, however it dies. */
export interface HeldLock {
  release(): void;
}

/** The reason why a lock cannot be taken at all. `code` is the number of the error, such as `EMFILE`. */
export interface LockFailure {
  readonly error: string;
  readonly code?: string | undefined;
}

/** flock(1)'s exit status after a timeout, chosen to differ from any other. */
const conflictStatus = 75;

/** Time for flock(1) beyond its wait, ms: it is one process with almost no work. */
const marginMs = 10_000;

export interface LockOptions {
  /** ms to wait for another holder */
  readonly timeoutMs: number;
  /** Factor for flock's own time: see timeoutFactor. */
  readonly factor: number;
  /**
   * The signal that ends the wait if the caller listens to signals itself, instead of SIGINT, SIGTERM and
   * SIGHUP.
   */
  readonly interrupt?: AbortSignal | undefined;
  /** True if the lock is also for the changing commands of this process, so one that outlives it keeps the lock. */
  readonly isHandedOn?: boolean;
}

/**
 * Takes an exclusive flock(2) on a file. Creates the file if it is missing, and does not follow a link in its
 * place. Node has no such call, so flock(1) makes it on a file this process has opened: the lock belongs
 * to the open file, and stays after the end of flock(1) (flock(2): locks are associated with an open file
 * description). Returns "locked" if another process holds it, "interrupted" if a signal came first, and a
 * message if flock(1) cannot lock at all.
 */
export async function takeLock(
  path: string,
  { timeoutMs, factor, interrupt, isHandedOn = false }: LockOptions,
): Promise<HeldLock | "locked" | "interrupted" | LockFailure> {
  const opened = openToLock(path);
  if (typeof opened !== "number") return opened;
  const args = ["--wait", String(timeoutMs / 1000), "--conflict-exit-code", String(conflictStatus), "0"];
  const limitMs = timeoutMs + marginMs * factor;
  // Before flock(1) runs, which would outlive this process if a signal came in between.
  const interruption = listenForInterrupt(limitMs, interrupt);
  const child = spawnChild("flock", args, process.env, [opened, "ignore", "pipe"]);
  let stderr = "";
  let code: string | undefined;
  child.stderr?.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once("close", (status, signal) => resolve(status ?? `flock was killed by ${signal ?? "a signal"}`));
    child.once("error", (error: NodeJS.ErrnoException) => {
      ({ code } = error);
      resolve(code === "ENOENT" ? "flock was not found" : error.message);
    });
  });
  // The holder of a lock runs commands soon. Loading execa takes as long as flock(1), which has another processor.
  void import("./child/run-command.ts");
  const first = await Promise.race([interruption.came, ended]).finally(interruption.end);
  if (first === 0 && isLocked(opened)) return held(opened, isHandedOn);
  killGroup(child);
  closeSync(opened);
  if (first === conflictStatus) return "locked";
  if (first === "interrupted") return first;
  if (first === "timeout") return { error: `flock did not answer within ${limitMs / 1000} s` };
  const how =
    typeof first === "number" ? `flock exited with status ${first}, without taking the lock` : first;
  return { error: stderr.trim() || how, code };
}

/**
 * Returns true if the kernel lists a lock on the open file (proc(5), fdinfo), and also if it cannot be asked.
 */
function isLocked(file: number): boolean {
  try {
    return isWriteLocked(readFileSync(`/proc/self/fdinfo/${file}`, "utf8"));
  } catch {
    return true;
  }
}

function held(file: number, isHandedOn: boolean): HeldLock {
  let isHeld = true;
  if (isHandedOn) handOn(file);
  return {
    release() {
      // Once only: the kernel gives the number of a closed file to the next one.
      if (isHeld) {
        keepToOneself(file);
        closeSync(file);
      }
      isHeld = false;
    },
  };
}

/** Opens the file, or returns the reason for the failure. */
function openToLock(path: string): number | LockFailure {
  const { O_RDWR, O_CREAT, O_NOFOLLOW, O_NONBLOCK } = constants;
  try {
    return openSync(path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NONBLOCK, 0o600);
  } catch (error) {
    return { error: errorMessage(error), code: errorNumber(error) };
  }
}

/**
 * Listens for signals until `end`, because a waiting flock would outlive this process and then take the lock for an
 * instant. `came` is fulfilled with "interrupted" by a signal, and with "timeout" after the time.
 */
function listenForInterrupt(
  timeoutMs: number,
  asked: AbortSignal | undefined,
): { readonly came: Promise<"interrupted" | "timeout">; readonly end: () => void } {
  const over = new AbortController();
  const came = new Promise<"interrupted" | "timeout">((resolve) => {
    const timer = setTimeout(() => resolve("timeout"), timeoutMs);
    const interrupt = (): void => resolve("interrupted");
    if (asked?.aborted) interrupt();
    if (asked) asked.addEventListener("abort", interrupt, { once: true });
    else for (const signal of endingSignals) process.on(signal, interrupt);
    over.signal.addEventListener("abort", () => {
      clearTimeout(timer);
      asked?.removeEventListener("abort", interrupt);
      for (const signal of endingSignals) process.off(signal, interrupt);
    });
  });
  return { came, end: () => over.abort() };
}

/** Returns true for the text of a file in /proc/PID/fdinfo with a lock of flock(2) for writing (proc(5)). */
export function isWriteLocked(info: string): boolean {
  return /^lock:.* FLOCK .* WRITE /m.test(info);
}
