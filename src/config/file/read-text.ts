import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { linkTarget } from "../../drivers/files/permissions.ts";
import { fileTrouble } from "../../text/error-message.ts";
import { isStreamPath } from "./stream-path.ts";

/** Size limit of fleet.yaml, bytes: 1,000 agents with ten keys each need half of it. */
export const maxFleetFileBytes = 1024 * 1024;

/**
 * Returns the text of a file, or undefined if there is none; a link to nowhere is an error. Refuses directories, devices,
 * files over 1 MB and text other than UTF-8. `shown` is the path for messages. Reads an open pipe, as of `--file <(…)`, and a
 * named one with `pipes: "read"`, for a path that a person has named: without a writer, this blocks forever.
 */
export function readText(
  path: string,
  shown: string,
  pipes: "read" | "refuse" = "refuse",
): Result<string> | undefined {
  const mayBlock = pipes === "read" || isStreamPath(path);
  try {
    const descriptor = openSync(path, mayBlock ? "r" : constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      return readOpened(descriptor, shown, mayBlock);
    } finally {
      closeSync(descriptor);
    }
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    const code = "code" in error ? String(error.code) : "";
    if (code === "ENOENT" || code === "ENOTDIR") return linkToNowhere(path, shown);
    return unreadable(shown, code === "ENXIO" ? noFile : fileTrouble(error));
  }
}

/** The reason for devices, and for sockets, which cannot be opened (ENXIO). */
const noFile = "it is neither a file nor a pipe";

/** Reports a link without a target: somebody meant a file there, so another one must not be taken instead. */
function linkToNowhere(path: string, shown: string): Result<string> | undefined {
  const target = linkTarget(path);
  if (target === undefined) return undefined;
  return fail("file-not-found", `cannot read ${shown}: it is a link to ${target}, which does not exist`, {
    hint: "correct the link, or remove it",
  });
}

function readOpened(descriptor: number, shown: string, mayBePipe: boolean): Result<string> {
  const stats = fstatSync(descriptor);
  if (stats.isDirectory()) {
    return unreadable(
      shown,
      "it is a directory",
      `name the file in it: ${shown.replace(/\/+$/, "")}/fleet.yaml`,
    );
  }
  if (stats.isFIFO() && !mayBePipe) return unreadable(shown, "it is a pipe", "put a file in its place");
  if (!stats.isFile() && !stats.isFIFO()) return unreadable(shown, noFile);
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
