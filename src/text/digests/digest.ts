import type Crypto from "node:crypto";
import { shortSha256 } from "./short-sha256.ts";

/**
 * Returns the SHA-256 of the text, as its first `length` hex digits: 16 (64 bits) for decisions, 8 for
 * explanations.
 */
export function digest(text: string, length: 8 | 16 = 16): string {
  return sha256(text).slice(0, length);
}

/** The text for which a process does without node's crypto, UTF-16 code units: that of a change of a few agents. */
let left = 6_000;

/** Returns the SHA-256 of the text as 64 hex digits. */
export function sha256(text: string): string {
  left -= text.length;
  return left > 0 ? shortSha256(text) : loadCrypto().hash("sha256", text);
}

/**
 * Returns node's module for digests and random bytes. Loads it at its first use: this takes 4 % of a plan of 100
 * agents, and a usual plan needs few digests that are not kept (known-digests.ts).
 */
export function loadCrypto(): typeof Crypto {
  left = 0;
  return process.getBuiltinModule("node:crypto");
}
