import { createHash } from "node:crypto";
import { closeSync, openSync, readSync } from "node:fs";

/** Bytes read at once: a copied file may be larger than the memory. */
const chunkBytes = 1024 * 1024;

/** Returns the SHA-256 of a regular file in hexadecimal digits; undefined if it cannot be read. */
export function digestOfFile(path: string): string | undefined {
  const hash = createHash("sha256");
  const chunk = Buffer.allocUnsafe(chunkBytes);
  try {
    const file = openSync(path, "r");
    try {
      for (let read = readSync(file, chunk); read > 0; read = readSync(file, chunk))
        hash.update(chunk.subarray(0, read));
    } finally {
      closeSync(file);
    }
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}
