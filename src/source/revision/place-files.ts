import { mkdirSync, rmSync } from "node:fs";
import { dirname, join } from "node:path/posix";
import type { NamedText } from "../../config/file/fleet-draft.ts";
import { digestOfTexts } from "../../config/file/load.ts";
import { placedName } from "../../config/file/placed-files.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { listReadableFolder, readContent } from "../../drivers/files/read.ts";
import { syncFolder, writeFile, writeLink } from "../../drivers/files/write.ts";
import { makeFolders } from "../../drivers/files/make-folders.ts";
import { revisionInPlace } from "../../observe/files/git-revision.ts";
import type { SourcePaths } from "../source-paths.ts";

type TreeFolders = Pick<SourcePaths, "trees" | "pulled">;

/** Returns true if exactly these files are in place. */
export function isInPlace({ pulled }: TreeFolders, revision: string, texts: readonly NamedText[]): boolean {
  return (
    revisionInPlace(pulled) === revision &&
    texts.every(({ name, text }) => readContent(join(pulled, name ?? "fleet.yaml")) === text)
  );
}

/**
 * Puts the files of a revision in place, all at once: they are written into a folder of their own, and then one link is
 * renamed. The files are new, so the watch waits for a quiet moment as after any save.
 */
export async function placeFiles(
  { trees, pulled }: TreeFolders,
  revision: string,
  texts: readonly NamedText[],
): Promise<Result<void>> {
  makeFolders(trees, 0o700);
  const before = listReadableFolder(trees);
  const own = before.filter((name) => name.startsWith(revision));
  // Readers compare the digest: files that were damaged afterwards do not count.
  const tree = join(trees, placedName(revision, nextNumber(own), digestOfTexts(texts)));
  mkdirSync(tree, { mode: 0o700 });
  for (const { name, text } of texts) {
    const path = join(tree, name ?? "fleet.yaml");
    const written = await writeFile(path, text, 0o600, 0o700);
    if (!written.ok) return written;
    syncFolder(dirname(path));
  }
  syncFolder(tree);
  syncFolder(trees);
  const linked = await writeLink(pulled, tree);
  if (!linked.ok) return linked;
  syncFolder(dirname(pulled));
  for (const name of before) rmSync(join(trees, name), { recursive: true, force: true });
  return ok(undefined);
}

function nextNumber(names: readonly string[]): number {
  return Math.max(0, ...names.map((name) => Number(name.split(".")[1] ?? 0) || 0)) + 1;
}
