import { mkdirSync } from "node:fs";
import { dirname } from "node:path/posix";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { appendLine } from "../drivers/files/append-line.ts";
import { syncFolder, writeFile } from "../drivers/files/write.ts";
import type { Anchor, Orders, Seen } from "./source-memory.ts";
import type { SourcePaths } from "./source-paths.ts";

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
