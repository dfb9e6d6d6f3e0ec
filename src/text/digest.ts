import { hash } from "node:crypto";

/** SHA-256 of the text, as the first `length` hex digits: 16 decide (64 bits), 8 merely explain. */
export function digest(text: string, length: 8 | 16 = 16): string {
  return hash("sha256", text).slice(0, length);
}
