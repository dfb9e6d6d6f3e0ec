import type { Diagnostic } from "./diagnostic.ts";

/** Returns the problem of a run that has met a bug of this program. */
export function internalError(detail: string, hint: string): Diagnostic {
  return {
    severity: "error",
    code: "internal",
    summary: "internal error (a bug in mosaic-fleet)",
    detail,
    hint,
  };
}
