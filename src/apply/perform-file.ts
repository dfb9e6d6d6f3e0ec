import type { Layout } from "../desired/layout.ts";
import type { Result } from "../diagnostics/diagnostic.ts";
import { pruneFolders, removeFile, writeFile, writeLink } from "../drivers/files/write.ts";
import type { FileAction } from "../plan/types.ts";

/** Performs one change of a file or link. */
export async function performFile(action: FileAction, layout: Layout): Promise<Result<void>> {
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
    case "unlink":
      return removeFile(action.target);
  }
}

/** Env files may hold secrets: others may not even list them. */
function folderMode(path: string, layout: Layout): number {
  return path.startsWith(`${layout.envDir}/`) ? 0o700 : 0o755;
}
