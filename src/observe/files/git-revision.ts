import { basename, dirname, join, resolve } from "node:path/posix";
import { readContent, readPath } from "../../drivers/files/read.ts";
import { isCommitName } from "../../text/digests/commit-name.ts";
import { gitFolderOf } from "./git-folder.ts";

/** More folders above a file than anybody has. */
const mostFolders = 64;

/**
 * Returns the commit of a file a watch has fetched, or the checked-out commit of the Git repository around a file; undefined outside of any, or if its files do not tell.
 * Reads files alone, because a process for each run would cost more than the record of it.
 */
export function gitRevision(file: string): string | undefined {
  const pulled = pulledRevision(file);
  if (pulled !== undefined) return pulled;
  const top = workTreeOf(file);
  const found = top === undefined ? undefined : gitFolderOf(top);
  return found === undefined ? undefined : headOf(found);
}

/** Returns the top folder of the Git working tree around a file; undefined outside of any. */
export function workTreeOf(file: string): string | undefined {
  let folder = dirname(file);
  for (let count = 0; count < mostFolders; count += 1) {
    if (gitFolderOf(folder) !== undefined) return folder;
    const parent = dirname(folder);
    if (parent === folder) return undefined;
    folder = parent;
  }
  return undefined;
}

function headOf(folder: string): string | undefined {
  const head = readContent(join(folder, "HEAD"))?.trim() ?? "";
  if (isCommitName(head)) return head;
  const ref = /^ref: (refs\/[^\s]+)$/.exec(head)?.[1];
  if (ref === undefined || ref.split("/").includes("..")) return undefined;
  // A linked worktree keeps its branches in the repository it is linked to.
  const shared = readContent(join(folder, "commondir"))?.trim();
  const folders = shared === undefined ? [folder] : [folder, resolve(folder, shared)];
  const own = folders
    .map((each) => readContent(join(each, ref))?.trim() ?? "")
    .find((text) => isCommitName(text));
  return own ?? packed(folders.at(-1) ?? folder, ref);
}

/** Returns the commit of a branch whose file `git pack-refs` has put into one file with others. */
function packed(folder: string, ref: string): string | undefined {
  const line = readContent(join(folder, "packed-refs"))
    ?.split("\n")
    .find((each) => each.endsWith(` ${ref}`));
  const [found = ""] = line?.split(" ") ?? [];
  return isCommitName(found) ? found : undefined;
}

/** The name of the link to the fetched fleet files, next to source.yaml. */
export const pulledName = "pulled";

/** Returns the commit of a fleet file a watch has fetched from Git; undefined for any other file. */
function pulledRevision(file: string): string | undefined {
  const folder = dirname(file);
  return basename(folder) === pulledName ? revisionInPlace(folder) : undefined;
}

/** Returns the commit behind the link to fetched files; undefined without a link. */
export function revisionInPlace(link: string): string | undefined {
  const found = readPath(link);
  const [revision = ""] = found?.kind === "link" ? basename(found.target).split(".") : [];
  return isCommitName(revision) ? revision : undefined;
}
