/** Returns the fields of one line of `journalctl --output=json`; none for a line it cannot read. */
export function parseFields(line: string): Readonly<Record<string, unknown>> {
  if (!line.startsWith("{")) return {};
  try {
    return JSON.parse(line) as Readonly<Record<string, unknown>>;
  } catch {
    return {};
  }
}

/** Returns a text; journald gives one with unprintable bytes as the list of its bytes. */
export function fieldText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return Array.isArray(value) && value.every((byte) => typeof byte === "number")
    ? Buffer.from(value).toString("utf8")
    : undefined;
}
