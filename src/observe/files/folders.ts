import { dirname } from "node:path/posix";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { foldersAbove, linkTarget, permissionsOf } from "../../drivers/files/permissions.ts";
import { isPrivateGroup } from "../../drivers/files/private-group.ts";
import type { ObservedFolder } from "../../observed/types.ts";

/**
 * The folders that the fleet's files are in and those above them, up to the one that the configuration directory is in
 * (HOME, as a rule), by path, as far as they exist. `dropInFolders` are those of agents.
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
    return fail("command-failed", "cannot look at the folders that the fleet's files are in", {
      detail: error instanceof Error ? error.message : String(error),
      hint: "check the owner and mode of the folder; nothing was changed",
    });
  }
}

function readFolder(path: string, privateGroups: Map<number, boolean>): ObservedFolder | undefined {
  const target = linkTarget(path);
  const found = permissionsOf(path);
  // A link that leads nowhere is there all the same.
  if (found === undefined) return target === undefined ? undefined : { linkTo: target, access: undefined };
  const { uid, gid, mode, changedMs } = found;
  const groupIsPrivate = (mode & 0o020) !== 0 && (privateGroups.get(gid) ?? isPrivateGroup(gid));
  if ((mode & 0o020) !== 0) privateGroups.set(gid, groupIsPrivate);
  return { linkTo: target, access: { uid, mode, groupIsPrivate }, changedMs };
}
