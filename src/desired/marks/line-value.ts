/** Returns the value of a line `key=value` of a record by the fleet or by hand; undefined without one. */
export function lineValue(text: string, key: string): string | undefined {
  return new RegExp(`^${key}=(.+)$`, "m").exec(text)?.[1]?.trim();
}
