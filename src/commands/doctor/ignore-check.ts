import { checkNames, type CheckName } from "../../doctor/finding.ts";
import { removeFile, writeFile } from "../../drivers/files/write.ts";
import { ignoredChecks, ignoredChecksPath } from "../../observe/doctor/ignored-checks.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import type { Machine } from "../../machine/machine.ts";

/** Adds a check to the ignored ones of this account, or takes it out. */
export function ignoreCheck(machine: Machine, check: CheckName, isIgnored: boolean): Promise<Result<void>> {
  const before = ignoredChecks(machine);
  const after = checkNames.filter((name) => (name === check ? isIgnored : before.has(name)));
  const path = ignoredChecksPath(machine);
  if (after.length === 0) return removeFile(path);
  return writeFile(path, after.map((name) => `${name}\n`).join(""), 0o600, 0o700);
}
