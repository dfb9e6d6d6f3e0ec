import type { CheckName, Facts, Fix, Severity } from "../../doctor/finding.ts";
import type { MemoryEndJson } from "../json/memory-end-json.ts";
import type { DeviationJson, DiagnosticJson, NoteJson, Problems, ReasonJson } from "../json/shared-output.ts";

/** The result of `fleet doctor`. */
export interface DoctorJson {
  readonly formatVersion: "2.0";
  /** The name of the fleet; null without a valid fleet.yaml. */
  readonly fleet: string | null;
  /** False if something is broken. */
  readonly healthy: boolean;
  /** The checks that could be made. Their names are stable. */
  readonly checked: readonly CheckName[];
  readonly findings: readonly FindingJson[];
  /** The remedies of --fix. */
  readonly fixed: readonly FixedJson[];
  /** Problems of these remedies. */
  readonly diagnostics: readonly DiagnosticJson[];
}

/** One finding. */
export type FindingJson = FactsJson & {
  readonly check: CheckName;
  readonly severity: Severity;
  /** For people. Its words may change. */
  readonly message: string;
  /** The path or value behind it. */
  readonly evidence?: string;
  /** A command line that fixes it or shows more. */
  readonly command?: string;
  /** The safe remedy of --fix. */
  readonly fix?: Fix;
};

/** The facts behind a finding: those of plans as in `fleet plan --json`. */
export type FactsJson =
  | Exclude<
      Facts,
      {
        readonly kind: "problem" | "note" | "deviation" | "agent-blocked" | "agent-failed" | "memory-ran-out";
      }
    >
  | (Omit<Extract<Facts, { readonly kind: "agent-failed" }>, "memoryEnd"> & {
      readonly memoryEnd?: MemoryEndJson;
    })
  | (Omit<Extract<Facts, { readonly kind: "memory-ran-out" }>, "memoryEnd"> & {
      readonly memoryEnd: MemoryEndJson;
    })
  | { readonly kind: "problem"; readonly problem: DiagnosticJson; readonly more: number }
  | { readonly kind: "note"; readonly note: NoteJson }
  | { readonly kind: "deviation"; readonly deviation: DeviationJson }
  | { readonly kind: "agent-blocked"; readonly agents: readonly string[]; readonly change: ReasonJson };

/** A remedy, and its success. */
interface FixedJson {
  readonly fix: Fix;
  readonly done: boolean;
}

/**
 * The output of `fleet doctor --json`; npm run schema writes doctor.schema.json from it.
 * @public
 */
export type DoctorDocument = DoctorJson | Problems;
