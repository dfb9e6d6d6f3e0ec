import { join, resolve } from "node:path/posix";
import { kindOf, readContent } from "../../drivers/files/read.ts";

/** Returns the Git folder of a working tree, or of a worktree; undefined for any other folder. */
export function gitFolderOf(folder: string): string | undefined {
  const path = join(folder, ".git");
  return kindOf(path) === "directory" ? path : linkedGitFolder(folder);
}

/**
 * Returns the Git folder that the file `.git` of a worktree or a submodule names (gitrepository-layout(5)); undefined for
 * any other folder.
 */
export function linkedGitFolder(folder: string): string | undefined {
  const named = /^gitdir: (.+)$/m.exec(readContent(join(folder, ".git")) ?? "")?.[1];
  return named === undefined ? undefined : resolve(folder, named);
}
