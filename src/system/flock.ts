import { spawn } from "node:child_process";
import { once } from "node:events";

/** A held lock. It is also freed by the kernel when this process dies, however it dies. */
export interface HeldLock {
  release(): Promise<void>;
}

/** flock(1)'s exit status for a lock that was not had in time, chosen to differ from any other. */
const conflictStatus = 75;

/**
 * Takes an exclusive flock(2) on a file, which is created if need be, waiting at most `timeoutMs`. Node has no such
 * call, so flock(1) holds it: its program reads from a pipe that ends with this process.
 * Returns "locked" where somebody else holds it, and a message where flock(1) cannot do it at all.
 */
export async function takeLock(
  path: string,
  timeoutMs: number,
): Promise<HeldLock | "locked" | { error: string }> {
  const wait = ["--wait", String(timeoutMs / 1000)];
  const program = ["sh", "-c", "echo held; exec cat >/dev/null"];
  const child = spawn("flock", [...wait, "--conflict-exit-code", String(conflictStatus), path, ...program], {
    stdio: ["pipe", "pipe", "pipe"],
    // A Ctrl-C at the terminal is meant for this process: it decides when to let go.
    detached: true,
  });
  let stderr = "";
  child.stderr.on("data", (data: Buffer) => (stderr += data.toString()));
  const ended = new Promise<number | string>((resolve) => {
    child.once("error", (error) => resolve(error.message));
    child.once("exit", (code, signal) => resolve(code ?? signal ?? "unknown"));
  });
  const held = once(child.stdout, "data").then(() => "held" as const);
  const first = await Promise.race([held, ended]);
  if (first === "held") {
    return {
      async release() {
        child.stdin.end();
        await ended;
      },
    };
  }
  if (first === conflictStatus) return "locked";
  return { error: stderr.trim() || String(first) };
}
