import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readGit, readGitWith } from "./git.ts";

/** Returns the whole name of a commit; undefined if no commit has this name. */
export async function resolveCommit(
  exec: Exec,
  folder: string,
  revision: string,
): Promise<Result<string | undefined>> {
  if (/[\n\0]/.test(revision)) return ok(undefined);
  // On standard input a name with a leading dash is no option, and an unknown name is an answer and no failure.
  const read = await readGitWith(exec, folder, ["cat-file", "--batch-check"], [`${revision}^{commit}`]);
  if (!read.ok) return read;
  const [, commit] = /^([0-9a-f]{40,64}) commit \d+\n$/.exec(read.value) ?? [];
  return ok(commit);
}

/**
 * Returns the text of a file in a commit, as a checkout would write it; undefined if the commit has no such file. `path` begins
 * at `folder`, the top of the working tree.
 */
export async function readCommitted(
  exec: Exec,
  folder: string,
  commit: string,
  path: string,
): Promise<Result<string | undefined>> {
  const listed = await readGit(exec, folder, ["ls-tree", "-z", commit, "--", path]);
  if (!listed.ok) return listed;
  const [mode = ""] = listed.value.split(" ");
  if (mode === "") return ok(undefined);
  if (!mode.startsWith("100")) return fail("revision-unreadable", `${path} is no regular file in ${commit}`);
  return readGit(exec, folder, ["cat-file", "--filters", `${commit}:${path}`]);
}
