import { join } from "node:path/posix";
import { checkNames, type CheckName } from "../../doctor/finding.ts";
import { readPath } from "../../drivers/files/read.ts";
import type { Machine } from "../../machine/machine.ts";

/** Returns the path of the list of ignored checks: one name a line, for all fleets of the account. */
export function ignoredChecksPath({ configHome }: Pick<Machine, "configHome">): string {
  return join(configHome, "mosaic/fleet/ignored-checks");
}

/** Returns the checks that this account ignores. A file that cannot be read ignores none. */
export function ignoredChecks(machine: Pick<Machine, "configHome">): ReadonlySet<CheckName> {
  const found = readPath(ignoredChecksPath(machine));
  if (found?.kind !== "file") return new Set();
  const lines = new Set(found.content.split("\n").map((line) => line.trim()));
  return new Set(checkNames.filter((name) => lines.has(name)));
}
