import type { Suspension } from "../desired/marks/suspension.ts";

/** A suspension as JSON: times in ISO 8601, null for what is not known or not set. */
export function suspensionJson({ by, sinceMs, untilMs }: Suspension): object {
  return { by: by ?? null, since: isoTime(sinceMs), until: isoTime(untilMs) };
}

function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
