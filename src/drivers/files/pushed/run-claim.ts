import { readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { ok, type Result } from "../../../diagnostics/diagnostic.ts";
import { exists, readContent } from "../read.ts";
import { createFile, writeFile } from "../write.ts";
import { startTicks } from "../kernel/start-ticks.ts";

/** A run another machine has asked for, by its id. */
export type RunClaim =
  | { readonly state: "running"; readonly pid: number; readonly started: string }
  /** Asked for before its begin: it does not begin any more. */
  | { readonly state: "cancelled" }
  | { readonly state: "done"; readonly result: ClaimedResult };

/** The result of a run: its exit code and its output. */
interface ClaimedResult {
  readonly code: number;
  readonly frames: readonly unknown[];
}

/** Results are kept for a day, ms: the other machine asks within a minute. */
const keptMs = 24 * 3_600_000;

/** Returns the folder of the claims. It is in memory, and ends with the machine, as its processes do. */
export function claimsFolder(runtimeDir: string): string {
  return join(runtimeDir, "mosaic-fleet", "runs");
}

/** Claims a run for this process, or cancels it. Returns false if it is claimed already. */
export async function claimRun(folder: string, id: string, why: "run" | "cancel"): Promise<Result<boolean>> {
  sweep(folder);
  const claim: RunClaim = why === "run" ? { state: "running", ...ownProcess() } : { state: "cancelled" };
  return createFile(join(folder, `${id}.json`), JSON.stringify(claim), 0o600);
}

/** Keeps the result of a run. */
export async function endRun(folder: string, id: string, result: ClaimedResult): Promise<Result<void>> {
  const claim: RunClaim = { state: "done", result };
  return writeFile(join(folder, `${id}.json`), JSON.stringify(claim), 0o600, 0o700);
}

/**
 * Returns the claim of a run; undefined without one. `dead`: its process ended without a result. `unreadable`: it is damaged, or
 * being written.
 */
export function readClaim(folder: string, id: string): RunClaim | "dead" | "unreadable" | undefined {
  const path = join(folder, `${id}.json`);
  if (!exists(path)) return undefined;
  const claim = parseClaim(readContent(path) ?? "");
  if (claim === undefined) return "unreadable";
  return claim.state === "running" && startTicks(claim.pid) !== claim.started ? "dead" : claim;
}

/** Parses a claim; undefined for a damaged one. Pure. */
export function parseClaim(text: string): RunClaim | undefined {
  try {
    const claim = JSON.parse(text) as RunClaim | null;
    return claim !== null && isWholeClaim(claim) ? claim : undefined;
  } catch {
    return undefined;
  }
}

function isWholeClaim(claim: RunClaim): boolean {
  switch (claim.state) {
    case "running":
      return typeof claim.pid === "number" && typeof claim.started === "string";
    case "done":
      return typeof claim.result.code === "number" && Array.isArray(claim.result.frames);
    case "cancelled":
      return true;
    default:
      return false;
  }
}

function ownProcess(): { readonly pid: number; readonly started: string } {
  return { pid: process.pid, started: startTicks(process.pid) ?? "" };
}

function sweep(folder: string): Result<void> {
  try {
    for (const name of readdirSync(folder)) {
      const path = join(folder, name);
      if (Date.now() - statSync(path).mtimeMs > keptMs) rmSync(path, { force: true });
    }
  } catch {
    // There is no folder yet, or another run has swept it.
  }
  return ok(undefined);
}
