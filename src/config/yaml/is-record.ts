/** Returns true for an object with keys of any kind, as a map of YAML or JSON becomes one. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
