import type { FleetFinding } from "../../plan/commands/unit-findings.ts";
import type { DiagnosticJson, Problems } from "../json/shared-output.ts";

/** The check of the fleet's units by systemd. */
interface UnitsJson {
  /** False without systemd-analyze. */
  readonly checked: boolean;
  /** Number of checked units. */
  readonly count: number;
  readonly findings: readonly FleetFinding[];
}

/** The result of the check of a fleet.yaml without errors. */
export interface ValidateJson {
  readonly formatVersion: "2.0";
  /** False if systemd does not accept the units. */
  readonly valid: boolean;
  /** The name of the fleet. */
  readonly fleet: string;
  /** Number of declared agents. */
  readonly agents: number;
  /** Only with --units. */
  readonly units?: UnitsJson;
  /** Warnings, and each finding as an error. */
  readonly diagnostics: readonly DiagnosticJson[];
}

/**
 * The output of `fleet validate --json`; npm run schema writes validate.schema.json from it.
 * @public
 */
export type ValidateDocument = ValidateJson | Problems;
