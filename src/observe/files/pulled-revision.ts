import { basename, dirname } from "node:path/posix";
import { readPath } from "../../drivers/files/read.ts";

/** The name of the link to the fetched fleet files, next to source.yaml. */
export const pulledName = "pulled";

/** Returns the commit of a fleet file that a watch has fetched from Git; undefined for any other file. */
export function pulledRevision(file: string): string | undefined {
  const folder = dirname(file);
  return basename(folder) === pulledName ? revisionInPlace(folder) : undefined;
}

/** Returns the commit behind the link to fetched files; undefined without a link. */
export function revisionInPlace(link: string): string | undefined {
  const found = readPath(link);
  const [revision = ""] = found?.kind === "link" ? basename(found.target).split(".") : [];
  return /^[0-9a-f]{40}(?:[0-9a-f]{24})?$/.test(revision) ? revision : undefined;
}
