import { logPaths, type Layout } from "../../desired/layout.ts";
import { sizeOf } from "../../drivers/files/read.ts";

/** The files of an agent's log on the disk. */
export interface LogFiles {
  /** The newest file, which may not exist yet. */
  readonly path: string;
  /** The bytes of all files. */
  readonly bytes: number;
}

/** The most files of a log: the schema's limit of `keep`. */
export const mostKeptFiles = 1_000;

/** Returns the files of an agent's log and their size. One lstat(2) for each file. */
export function observeLogFiles(layout: Layout, agent: string): LogFiles {
  let newest: string | undefined;
  let bytes = 0;
  for (const path of logPaths(layout, agent, mostKeptFiles)) {
    const size = sizeOf(path);
    // Between two renames, the newest file is missing for a moment.
    if (size === undefined && newest !== undefined) break;
    newest ??= path;
    bytes += size ?? 0;
  }
  return { path: newest ?? "", bytes };
}
