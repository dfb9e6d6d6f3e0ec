import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainSystemctl, readSystemctl, readTimeoutMs, runSystemctl } from "./systemctl.ts";
import { parsePaths } from "./unit-path.ts";

/**
 * Returns the time of the user manager's last reload, ms since the epoch; undefined if systemd does not say,
 * as before systemd 248, which has no --timestamp=. One bus call for any number of units.
 */
export async function unitsReadAt(exec: Exec): Promise<Result<number | undefined>> {
  const properties = ["UnitsLoadTimestamp", "UnitsLoadStartTimestamp"];
  const args = ["show", "--timestamp=us+utc", `--property=${properties.join(",")}`];
  const outcome = await runSystemctl(exec, args, readTimeoutMs, { isLook: true });
  if (outcome.kind === "exited" && outcome.code === 0) return ok(parseReadAt(outcome.stdout));
  const isOlder = outcome.kind === "exited" && outcome.stderr.includes("--timestamp");
  return isOlder ? ok(undefined) : explainSystemctl(outcome, args);
}

/** Reads `NAME=Sat 2026-11-28 13:35:11.194116 UTC`; empty before the first daemon-reload. The latest of them counts. */
export function parseReadAt(output: string): number | undefined {
  const times = [...output.matchAll(/=\w+ (\d{4}-\d\d-\d\d) (\d\d:\d\d:\d\d)\.(\d{6}) UTC$/gm)].map(
    ([, day = "", time = "", micros = "0"]) => Date.parse(`${day}T${time}Z`) + Number(micros) / 1000,
  );
  return times.length === 0 ? undefined : Math.max(...times);
}

/** The files of a unit in the manager's memory. */
export interface UnitFiles {
  readonly unit: string;
  /** Its unit file and its drop-ins; empty for a unit without a file. */
  readonly paths: readonly string[];
}

/**
 * Returns the files of named units in one call. Costs about 0.7 ms a unit (measured), so call it only with a
 * reason.
 */
export async function showUnitFiles(
  exec: Exec,
  units: readonly string[],
): Promise<Result<readonly UnitFiles[]>> {
  if (units.length === 0) return ok([]);
  const properties = ["Id", "FragmentPath", "DropInPaths"];
  const args = ["show", `--property=${properties.join(",")}`, "--", ...units];
  const shown = await readSystemctl(exec, args, { isLook: true });
  return shown.ok ? ok(parseUnitFiles(shown.value)) : shown;
}

/** Reads blocks of KEY=VALUE lines, one block a unit, parted by empty lines. */
export function parseUnitFiles(output: string): readonly UnitFiles[] {
  return output.split("\n\n").flatMap((block) => {
    const value = (key: string): string => new RegExp(`^${key}=(.*)$`, "m").exec(block)?.[1] ?? "";
    const unit = value("Id");
    if (unit === "") return [];
    return [{ unit, paths: [value("FragmentPath"), ...parsePaths(value("DropInPaths"))].filter(Boolean) }];
  });
}
