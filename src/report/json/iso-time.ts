/** Returns a time, ms since the epoch, in ISO 8601; null for undefined. */
export function isoTime(ms: number | undefined): string | null {
  return ms === undefined ? null : new Date(ms).toISOString();
}
