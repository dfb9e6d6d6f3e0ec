import { mkdirSync } from "node:fs";
import { dirname } from "node:path/posix";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { readContent, readPath } from "../drivers/files/read.ts";
import { appendLine } from "../drivers/files/append-line.ts";
import { syncFolder, writeFile } from "../drivers/files/write.ts";
import { parseAnchor, parseOrders, type Anchor, type Kept, type Orders, type Seen } from "./source-memory.ts";
import type { SourcePaths } from "./source-paths.ts";

/** Reads the last applied revision of a source. */
export function readAnchor({ anchor }: Pick<SourcePaths, "anchor">): Kept<Anchor> {
  return parsedFile(anchor, parseAnchor);
}

/** Reads the words of a person about a source. */
export function readOrders({ orders }: Pick<SourcePaths, "orders">): Kept<Orders> {
  return parsedFile(orders, parseOrders);
}

/** Parses a file. Anything else in its place, or an unreadable one, is broken. */
function parsedFile<T>(path: string, parse: (text: string | undefined) => Kept<T>): Kept<T> {
  const found = readPath(path);
  return found === undefined || found.kind === "file" ? parse(found?.content) : { kind: "broken" };
}

/** The size at which the list of applied revisions makes room, bytes. */
const maxBytes = 256 * 1024;

/** Keeps an applied revision: it outlasts a power cut that comes afterwards. */
export async function keepAnchor(
  paths: Pick<SourcePaths, "anchor" | "applied">,
  anchor: Anchor,
): Promise<Result<void>> {
  const kept = await writeJson(paths.anchor, anchor);
  return kept.ok ? appendLine(paths.applied, JSON.stringify(anchor), maxBytes) : kept;
}

/** Keeps the words of a person about a source. */
export function keepOrders({ orders }: Pick<SourcePaths, "orders">, value: Orders): Promise<Result<void>> {
  return writeJson(orders, value);
}

async function writeJson(path: string, value: unknown): Promise<Result<void>> {
  const written = await writeFile(path, `${JSON.stringify(value)}\n`, 0o600, 0o700);
  if (!written.ok) return written;
  try {
    syncFolder(dirname(path));
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot write ${path}`, { detail: String(error) });
  }
}

/** Writes the result of a pass for `fleet source status`, on tmpfs. Nothing depends on it. */
export async function noteSeen({ seen }: Pick<SourcePaths, "seen">, value: Seen): Promise<void> {
  mkdirSync(dirname(seen), { recursive: true, mode: 0o700 });
  await writeFile(seen, `${JSON.stringify(value)}\n`, 0o600, 0o700);
}

/** Reads the result of the last pass since the last boot; undefined for none. */
export function readSeen({ seen }: Pick<SourcePaths, "seen">): Seen | undefined {
  const text = readContent(seen);
  try {
    return text === undefined ? undefined : (JSON.parse(text) as Seen);
  } catch {
    return undefined;
  }
}
