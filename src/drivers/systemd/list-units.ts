import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";
import { parseJson } from "../../text/json.ts";

/** One unit in the manager's memory. The words are systemd's own. */
export interface ListedUnit {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  /** The type of its queued or running job, no matter who asked for it; absent without one. */
  readonly job?: string;
}

/** Returns all loaded units with names that match the patterns, in one bus call for any number of units. */
export async function listUnits(
  exec: Exec,
  patterns: readonly string[],
): Promise<Result<readonly ListedUnit[]>> {
  const args = ["list-units", "--all", "--full", "--output=json", "--", ...patterns];
  const listed = await readSystemctl(exec, args, { isLook: true });
  return listed.ok ? parseListUnits(listed.value) : listed;
}

/**
 * Reads the output of `systemctl list-units --output=json` (systemd ≥ 246). It has a column for jobs if any of the units
 * has one.
 */
export function parseListUnits(output: string): Result<readonly ListedUnit[]> {
  const rows = parseJson(output);
  if (!Array.isArray(rows) || !rows.every(isRow)) {
    return fail("unreadable-output", "systemctl list-units printed something other than a list of units", {
      detail: `It began with: ${JSON.stringify(output.slice(0, 80))}`,
      hint: "mosaic-fleet needs systemd 246 or newer; see `systemctl --version`",
    });
  }
  return ok(
    rows.map(({ unit, load, active, sub, job }) => ({
      name: unit,
      load,
      active,
      sub,
      ...(typeof job === "string" && job !== "" ? { job } : {}),
    })),
  );
}

interface UnitRow {
  readonly unit: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
  readonly job?: unknown;
}

function isRow(row: unknown): row is UnitRow {
  if (typeof row !== "object" || row === null) return false;
  const { unit, load, active, sub } = row as Partial<UnitRow>;
  return [unit, load, active, sub].every((word) => typeof word === "string");
}

/** The times of a timer, ms since the epoch; undefined without one. */
export interface TimerTimes {
  readonly nextMs: number | undefined;
  readonly lastMs: number | undefined;
}

/** Returns the times of the timers with names that match a pattern, by unit. Returns none on a systemd that does not print them. */
export async function listTimers(exec: Exec, pattern: string): Promise<ReadonlyMap<string, TimerTimes>> {
  const args = ["list-timers", "--all", "--output=json", "--", pattern];
  const listed = await readSystemctl(exec, args, { isLook: true });
  return listed.ok ? parseListTimers(listed.value) : new Map();
}

/** Reads the output of `systemctl list-timers --output=json`: times in µs, 0 or null for none. */
export function parseListTimers(output: string): ReadonlyMap<string, TimerTimes> {
  const rows = parseJson(output);
  if (!Array.isArray(rows)) return new Map();
  return new Map(
    rows.flatMap((row: unknown) => {
      if (typeof row !== "object" || row === null) return [];
      const { unit, next, last } = row as Readonly<Record<string, unknown>>;
      const timerTimeMs = (us: unknown): number | undefined =>
        typeof us === "number" && us > 0 ? Math.floor(us / 1000) : undefined;
      return typeof unit === "string"
        ? [[unit, { nextMs: timerTimeMs(next), lastMs: timerTimeMs(last) }]]
        : [];
    }),
  );
}
