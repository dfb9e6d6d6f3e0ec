import { dirname } from "node:path/posix";
import { isDropInFolder, envDirMode, type Layout } from "../../desired/layout.ts";
import { fail, type Result } from "../../diagnostics/diagnostic.ts";
import { linkTarget } from "../../drivers/files/permissions.ts";
import { pruneFolders, removeFile, setMode, writeFile, writeLink } from "../../drivers/files/write.ts";
import type { FileAction } from "../../plan/types.ts";

/** Performs one change of a file or link. */
export async function performFile(action: FileAction, layout: Layout): Promise<Result<void>> {
  const elsewhere = linkedFolder(action.target, layout);
  if (elsewhere !== undefined) {
    return fail("file-write-failed", `cannot change ${action.target}`, {
      detail: `${elsewhere} is a symbolic link: what is there is not the fleet's.`,
      hint: "replace the link by a folder",
    });
  }
  switch (action.kind) {
    case "write-file":
      return writeFile(action.target, action.content, action.mode, folderMode(action.target, layout));
    case "remove-file": {
      const removed = await removeFile(action.target);
      if (removed.ok) pruneFolders(action.prune);
      return removed;
    }
    case "link":
      return writeLink(action.target, action.to);
    case "unlink": {
      const unlinked = await removeFile(action.target);
      if (unlinked.ok) pruneFolders(action.prune);
      return unlinked;
    }
    case "set-mode":
      return setMode(action.target, action.mode);
  }
}

/**
 * Returns the folder of a target, if only the fleet makes it and it is a link now, whatever the plan says.
 */
function linkedFolder(target: string, { envDir, scriptPath }: Layout): string | undefined {
  const folder = dirname(target);
  const isOwn = folder === envDir || folder === dirname(scriptPath) || isDropInFolder(folder);
  return isOwn && linkTarget(folder) !== undefined ? folder : undefined;
}

/** Returns the mode of a folder that is made. */
function folderMode(path: string, layout: Layout): number {
  return path.startsWith(`${layout.envDir}/`) ? envDirMode : 0o755;
}
