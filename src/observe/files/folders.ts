import { dirname } from "node:path/posix";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { foldersAbove, linkTarget, permissionsOf } from "../../drivers/files/permissions.ts";
import { isPrivateGroup } from "../../drivers/files/private-group.ts";
import type { ObservedFolder } from "../../observed/types.ts";
import { readHint } from "../../diagnostics/error-hint.ts";
import { errorMessage } from "../../text/error-message.ts";

/**
 * Returns the folders of the fleet's files and their existing parents, by path, up to the parent of the
 * configuration directory (usually HOME). `dropInFolders` are the agents' folders.
 */
export function readFolders(
  layout: Layout,
  dropInFolders: readonly string[],
): Result<ReadonlyMap<string, ObservedFolder>> {
  const top = dirname(dirname(dirname(layout.unitDir)));
  const own = [layout.envDir, dirname(layout.scriptPath), layout.wantsDir, layout.unitDir];
  const paths = new Set([...own.flatMap((folder) => foldersAbove(folder, top)), ...own, ...dropInFolders]);
  const privateGroups = new Map<number, boolean>();
  const folders = new Map<string, ObservedFolder>();
  try {
    for (const path of paths) {
      const folder = readFolder(path, privateGroups);
      if (folder !== undefined) folders.set(path, folder);
    }
    return ok(folders);
  } catch (error) {
    return fail("file-unreadable", "cannot read the folders of the fleet's files", {
      detail: errorMessage(error),
      hint: readHint(error),
    });
  }
}

function readFolder(path: string, privateGroups: Map<number, boolean>): ObservedFolder | undefined {
  const target = linkTarget(path);
  const found = permissionsOf(path);
  // A dangling link still exists.
  if (found === undefined) return target === undefined ? undefined : { linkTo: target, access: undefined };
  const { uid, gid, mode, changedMs } = found;
  const groupIsPrivate = (mode & 0o020) !== 0 && (privateGroups.get(gid) ?? isPrivateGroup(gid));
  if ((mode & 0o020) !== 0) privateGroups.set(gid, groupIsPrivate);
  return { linkTo: target, access: { uid, mode, groupIsPrivate }, changedMs };
}
