import { join } from "node:path/posix";
import { fail } from "../../diagnostics/diagnostic.ts";
import { makeFolders } from "../../drivers/files/make-folders.ts";
import { timeoutFactor } from "../../system/exec.ts";
import { takeLock } from "../../system/flock.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";

/** The wait for another enrollment, ms: it installs a service, which may wait for the watch. */
const patienceMs = 60_000;

/** Runs work that changes the enrollment of this machine. Two of them would mix source.yaml of one with the signers of the other. */
export async function withEnrollLock(
  fleet: string,
  context: Context,
  work: () => Promise<ExitCode>,
): Promise<ExitCode> {
  const folder = join(context.machine.runtimeDir, "mosaic-fleet");
  makeFolders(folder, 0o700, 0o700);
  const factor = timeoutFactor(process.env);
  const lock = await takeLock(join(folder, `${fleet}.enroll`), { timeoutMs: patienceMs, factor });
  if (lock === "interrupted") return exitCodes.interrupted;
  if (lock === "locked" || "error" in lock) {
    const failed =
      lock === "locked"
        ? fail("locked", "another enrollment of this machine is under way", {
            detail: "Nothing was changed.",
            hint: "run it again when that one has ended",
          })
        : fail("blocked", `the enrollment cannot be locked: ${lock.error}`);
    return report(context, failed.ok ? [] : failed.diagnostics);
  }
  try {
    return await work();
  } finally {
    lock.release();
  }
}
