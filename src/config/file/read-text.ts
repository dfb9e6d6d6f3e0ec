import { closeSync, fstatSync, openSync, readSync } from "node:fs";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { fileTrouble } from "../../text/error-message.ts";

/** Size limit of fleet.yaml, bytes: 1,000 agents with ten keys each need half of it. */
export const maxFleetFileBytes = 1024 * 1024;

/**
 * Returns the text of a file, or undefined if there is none. Refuses directories, devices, files over 1 MB
 * and text other than UTF-8. `shown` is the path for messages. Reads pipes, as for `--file <(…)`.
 */
export function readText(path: string, shown: string): Result<string> | undefined {
  try {
    const descriptor = openSync(path, "r");
    try {
      return readOpened(descriptor, shown);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    return unreadable(shown, fileTrouble(error));
  }
}

function readOpened(descriptor: number, shown: string): Result<string> {
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) {
    return unreadable(
      shown,
      "it is a directory",
      `name the file in it: ${shown.replace(/\/+$/, "")}/fleet.yaml`,
    );
  }
  if (!stats.isFile() && !stats.isFIFO()) return unreadable(shown, "it is neither a file nor a pipe");
  const bytes = readUpTo(descriptor, maxFleetFileBytes + 1);
  if (bytes.length > maxFleetFileBytes) return unreadable(shown, "it is larger than 1 MB");
  try {
    return ok(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch {
    return unreadable(shown, "it is not UTF-8 text", "save the file as UTF-8");
  }
}

/** Reads up to `limit` bytes from the start of a file or pipe, whose size need not be known. */
function readUpTo(descriptor: number, limit: number): Buffer {
  const chunks: Buffer[] = [];
  let total = 0;
  while (total < limit) {
    const chunk = Buffer.alloc(Math.min(64 * 1024, limit - total));
    const length = readSync(descriptor, chunk);
    if (length === 0) break;
    chunks.push(chunk.subarray(0, length));
    total += length;
  }
  return Buffer.concat(chunks);
}

function unreadable(shown: string, reason: string, hint?: string): Result<string> {
  return fail("file-unreadable", `cannot read ${shown}: ${reason}`, { hint });
}
