import type { SourceTrouble } from "../../events/source-events.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import type { DiagnosticJson } from "../json/shared-output.ts";

/** A reason for not following a Git source. */
export interface SourceTroubleJson {
  readonly why: SourceTrouble["why"];
  /** The revision that does not count. */
  readonly revision?: string;
  /** The last applied revision. */
  readonly anchor?: string;
  /** The commit without a good signature. */
  readonly commit?: string;
  /** The fingerprint of its key. */
  readonly fingerprint?: string | null;
  /** The path in the repository. */
  readonly path?: string;
  /** The last words of git. */
  readonly said?: string;
  /** The name in the fetched file. */
  readonly fleet?: string;
  /** The name in source.yaml. */
  readonly wanted?: string;
  readonly diagnostics?: readonly DiagnosticJson[];
}

/** Returns a trouble as JSON. */
export function troubleJson(trouble: SourceTrouble): SourceTroubleJson {
  if (!("diagnostics" in trouble)) return trouble;
  return { ...trouble, diagnostics: trouble.diagnostics.map(diagnosticToJson) };
}
