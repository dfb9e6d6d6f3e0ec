import { mkdirSync } from "node:fs";
import { dirname } from "node:path/posix";
import { placesText, type Places } from "../../config/hosts/places.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { writeHint } from "../../diagnostics/error-hint.ts";
import { appendLine } from "../../drivers/files/append-line.ts";
import { removeFile, syncFolder, writeFile } from "../../drivers/files/write.ts";
import type { Anchor, Orders, Seen } from "./source-memory.ts";
import { errorMessage } from "../../text/error-message.ts";
import type { SourcePaths } from "../source-paths.ts";

/** The size at which the list of applied revisions makes room, bytes. */
const maxBytes = 256 * 1024;

/**
 * Keeps an applied revision with its places of agents: it outlasts a power cut that comes afterwards. The places come first,
 * because another host may start an agent as soon as the revision without it counts as applied.
 */
export async function keepAnchor(
  paths: Pick<SourcePaths, "anchor" | "applied" | "places">,
  anchor: Anchor,
  places: Places | undefined,
): Promise<Result<void>> {
  const known =
    places === undefined
      ? await removeFile(paths.places)
      : await writeDurably(paths.places, placesText(places));
  if (!known.ok) return known;
  const kept = await writeJson(paths.anchor, anchor);
  return kept.ok ? appendLine(paths.applied, JSON.stringify(anchor), maxBytes) : kept;
}

/** Keeps the words of a person about a source. */
export function keepOrders({ orders }: Pick<SourcePaths, "orders">, value: Orders): Promise<Result<void>> {
  return writeJson(orders, value);
}

function writeJson(path: string, value: unknown): Promise<Result<void>> {
  return writeDurably(path, `${JSON.stringify(value)}\n`);
}

async function writeDurably(path: string, text: string): Promise<Result<void>> {
  const written = await writeFile(path, text, 0o600, 0o700);
  if (!written.ok) return written;
  try {
    syncFolder(dirname(path));
    return ok(undefined);
  } catch (error) {
    return fail("file-write-failed", `cannot write ${path}`, {
      detail: errorMessage(error),
      hint: writeHint(error),
    });
  }
}

/** Writes the result of a pass for `fleet source status`, on tmpfs. Nothing depends on it. */
export async function noteSeen({ seen }: Pick<SourcePaths, "seen">, value: Seen): Promise<void> {
  mkdirSync(dirname(seen), { recursive: true, mode: 0o700 });
  await writeFile(seen, `${JSON.stringify(value)}\n`, 0o600, 0o700);
}
