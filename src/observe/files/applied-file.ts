import { appliedFilePath, type Layout } from "../../desired/layout.ts";
import { readPath } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import type { AppliedFile } from "../../observed/types.ts";

/** Returns the fleet file that was applied last, beside the one that is looked at now; undefined if nothing tells. */
export function readAppliedFile(layout: Layout, now: string | undefined): AppliedFile | undefined {
  const found = readPath(appliedFilePath(layout));
  const path = found?.kind === "file" ? found.content.trim() : "";
  return path === "" ? undefined : { path, isThis: now !== undefined && realPath(now) === path };
}
