import { appliedFilePath, type Layout } from "../desired/layout.ts";
import { removeFile, writeFile } from "../drivers/files/write.ts";
import { realPath } from "../drivers/files/real-path.ts";
import { readAppliedFile } from "../observe/files/applied-file.ts";

/**
 * Writes down which fleet file the fleet is as, for whoever applies another one. It only tells: if it cannot be written,
 * that is no problem. A pipe is no file to come back to.
 */
export async function recordAppliedFile(layout: Layout, file: string | undefined): Promise<void> {
  if (file === undefined || /^\/(?:dev|proc)\//.test(file) || readAppliedFile(layout, file)?.isThis === true)
    return;
  await writeFile(appliedFilePath(layout), `${realPath(file)}\n`, 0o600, 0o700);
}

/** Forgets it, because the fleet is gone. */
export async function forgetAppliedFile(layout: Layout): Promise<void> {
  await removeFile(appliedFilePath(layout));
}
