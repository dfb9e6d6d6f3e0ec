import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readSystemctl } from "./systemctl.ts";

/** One unit in the manager's memory. The words are systemd's own. */
export interface ListedUnit {
  readonly name: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
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

/** Reads the output of `systemctl list-units --output=json` (systemd ≥ 246). */
export function parseListUnits(output: string): Result<readonly ListedUnit[]> {
  const rows = parseJson(output);
  if (!Array.isArray(rows) || !rows.every(isRow)) {
    return fail("unreadable-output", "systemctl list-units printed something other than a list of units", {
      detail: `It began with: ${JSON.stringify(output.slice(0, 80))}`,
      hint: "mosaic-fleet needs systemd 246 or newer; see `systemctl --version`",
    });
  }
  return ok(rows.map(({ unit, load, active, sub }) => ({ name: unit, load, active, sub })));
}

interface UnitRow {
  readonly unit: string;
  readonly load: string;
  readonly active: string;
  readonly sub: string;
}

function isRow(row: unknown): row is UnitRow {
  if (typeof row !== "object" || row === null) return false;
  const { unit, load, active, sub } = row as Partial<UnitRow>;
  return [unit, load, active, sub].every((word) => typeof word === "string");
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
