/**
 * Returns true for the beginning of a plan in JSON, of one machine or of several hosts, saved or printed. A new plan may
 * replace such a file. Pure.
 */
export function isPlanText(text: string): boolean {
  return /^\s*\{\s*"formatVersion":\s*"[\d.]+",\s*"fleet":\s*"[^"]*",\s*"(?:summary|command)":/.test(text);
}
