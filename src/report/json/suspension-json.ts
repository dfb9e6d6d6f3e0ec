import type { Suspension } from "../../desired/marks/suspension.ts";
import { isoTime } from "./iso-time.ts";

/** A suspension as printed. */
export interface SuspensionJson {
  /** The user, if known. */
  readonly by: string | null;
  /** ISO 8601. */
  readonly since: string | null;
  /** ISO 8601; null until it is taken back. */
  readonly until: string | null;
}

/** Returns a suspension as JSON: times in ISO 8601, null for what is not known or not set. */
export function suspensionJson({ by, sinceMs, untilMs }: Suspension): SuspensionJson {
  return { by: by ?? null, since: isoTime(sinceMs), until: isoTime(untilMs) };
}
