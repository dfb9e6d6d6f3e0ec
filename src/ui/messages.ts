import type { FromPage } from "./protocol.ts";

/** The largest message of a page, bytes. */
export const mostBytes = 64 * 1024;
/** The largest number of names in a message. */
const mostNames = 1_000;

/** Returns a message of a page, or undefined for anything else: a page may be of another version. Pure. */
export function parseMessage(text: string): FromPage | undefined {
  const value = parsed(text);
  if (typeof value !== "object" || value === null || !("t" in value)) return undefined;
  if (value.t === "again") return { t: "again" };
  if (value.t !== "look") return undefined;
  const { visible, rows, wall } = value as Readonly<Record<string, unknown>>;
  if (typeof visible !== "boolean" || !isNames(rows) || !isNames(wall)) return undefined;
  return { t: "look", visible, rows, wall };
}

function isNames(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length <= mostNames && value.every((name) => typeof name === "string");
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
