import { appliedFilePath, type Layout } from "../../desired/layout.ts";
import { readPath } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import type { AppliedFile } from "../../observed/types.ts";

/** Returns the last applied fleet file, compared with the current one; undefined if unknown. */
export function readAppliedFile(layout: Layout, now: string | undefined): AppliedFile | undefined {
  const found = readPath(appliedFilePath(layout));
  const path = found?.kind === "file" ? found.content.trim() : "";
  return path === "" ? undefined : { path, isThis: now !== undefined && realPath(now) === path };
}
