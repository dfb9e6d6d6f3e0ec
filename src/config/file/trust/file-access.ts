import { realpathSync } from "node:fs";
import { dirname } from "node:path";
import { permissionsOf } from "../../../drivers/files/permissions.ts";
import { isPrivateGroup } from "../../../drivers/files/private-group.ts";
import type { FileAccess } from "./file-trust.ts";
import type { Access } from "../../../permissions/who-can-write.ts";

/**
 * Returns the rights to change a file, also through its folders and the targets of links; undefined if they
 * cannot be read.
 */
export function fileAccess(path: string, shown: string): FileAccess | undefined {
  try {
    const file = accessOf(path);
    const paths = [...new Set([dirname(path), dirname(realpathSync(path))])];
    const folders = paths.flatMap((folder) => {
      const access = accessOf(folder);
      return access === undefined ? [] : [{ path: folder, access }];
    });
    return file && { shown, path, file, folders };
  } catch {
    return undefined;
  }
}

function accessOf(path: string): Access | undefined {
  const found = permissionsOf(path);
  if (found === undefined) return undefined;
  const { uid, gid, mode } = found;
  return { uid, mode, groupIsPrivate: (mode & 0o020) !== 0 && isPrivateGroup(gid) };
}
