import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/** Returns the units with a queued or running job, no matter who asked for it. */
export async function listJobs(exec: Exec): Promise<Result<ReadonlySet<string>>> {
  const listed = await readSystemctl(exec, ["list-jobs", "--full", "--no-legend"]);
  return listed.ok ? parseListJobs(listed.value) : listed;
}

/** Reads a line a job: its number, its unit, its type and its state. */
export function parseListJobs(output: string): Result<ReadonlySet<string>> {
  const lines = output.split("\n").filter((line) => line.trim() !== "" && !line.startsWith("No jobs"));
  const units = lines.map((line) => /^\s*\d+\s+(\S+)\s+\S+\s+\S+\s*$/.exec(line)?.[1]);
  const known = units.filter((unit) => unit !== undefined);
  if (known.length === units.length) return ok(new Set(known));
  return fail("unreadable-output", "systemctl list-jobs printed something other than jobs", {
    detail: `It began with: ${JSON.stringify(output.slice(0, 80))}`,
  });
}
