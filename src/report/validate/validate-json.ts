import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import type { ValidateJson } from "./validate-output.ts";

/** Returns the result of a check as its documented JSON object. */
export function validateJson(
  result: Omit<ValidateJson, "formatVersion" | "diagnostics">,
  problems: readonly Diagnostic[],
): ValidateJson {
  return { formatVersion: "2.0", ...result, diagnostics: problems.map(diagnosticToJson) };
}
