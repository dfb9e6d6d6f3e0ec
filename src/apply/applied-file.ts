import { appliedFilePath, type Layout } from "../desired/layout.ts";
import { removeFile, writeFile } from "../drivers/files/write.ts";
import { realPath } from "../drivers/files/real-path.ts";
import { readAppliedFile } from "../observe/runtime/applied-file.ts";
import { isStreamPath } from "../config/file/stream-path.ts";

/**
 * Records the path of the applied fleet file, as information for the next apply. Ignores a failure to write
 * it. Skips pipes, which cannot be read again.
 */
export async function recordAppliedFile(layout: Layout, file: string | undefined): Promise<void> {
  if (file === undefined || isStreamPath(file) || readAppliedFile(layout, file)?.isThis === true) return;
  await writeFile(appliedFilePath(layout), `${realPath(file)}\n`, 0o600, 0o700);
}

/** Forgets it, because the fleet is gone. */
export async function forgetAppliedFile(layout: Layout): Promise<void> {
  await removeFile(appliedFilePath(layout));
}
