import type Crypto from "node:crypto";

/**
 * Returns the SHA-256 of the text, as its first `length` hex digits: 16 (64 bits) for decisions, 8 for
 * explanations.
 */
export function digest(text: string, length: 8 | 16 = 16): string {
  return sha256(text).slice(0, length);
}

/** Returns the SHA-256 of the text as 64 hex digits. */
export function sha256(text: string): string {
  return loadCrypto().hash("sha256", text);
}

/**
 * Returns node's module for digests and random bytes. Loads it at its first use: this takes 4 % of a plan of 100
 * agents, and an unchanged plan needs no digest that is not kept (known-digests.ts).
 */
export function loadCrypto(): typeof Crypto {
  return process.getBuiltinModule("node:crypto");
}
