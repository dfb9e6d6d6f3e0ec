import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { namedEnvFiles } from "../../entries/env-files.ts";
import type { FleetConfig } from "../../types.ts";
import { fileAccess } from "./file-access.ts";
import { envFileRisk, fleetFileRisk } from "./file-trust.ts";

/** Returns the warning for a fleet file with other writers. */
export function warningsFor(path: string, shown: string): readonly Diagnostic[] {
  const access = fileAccess(path, shown);
  const uid = process.getuid?.();
  const risk = access && uid !== undefined ? fleetFileRisk(access, uid) : undefined;
  return risk === undefined ? [] : [risk];
}

/**
 * Returns warnings for envFiles with other writers: a variable such as PATH decides about the programs to run.
 */
export function envFileRisks(config: FleetConfig, home: string | undefined): readonly Diagnostic[] {
  const uid = process.getuid?.();
  if (home === undefined || uid === undefined) return [];
  return [...namedEnvFiles(config)].flatMap((shown) => {
    const access = fileAccess(
      shown.replace(/^~(?=\/)/, () => home),
      shown,
    );
    return access === undefined ? [] : (envFileRisk(access, uid) ?? []);
  });
}
