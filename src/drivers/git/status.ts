import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { readGit } from "./git.ts";

/** The state of the files in a worktree. Paths are below it. */
export interface GitStatus {
  /** Undefined before the first commit. */
  readonly commit: string | undefined;
  /** Undefined for a detached HEAD. */
  readonly branch: string | undefined;
  readonly changed: readonly string[];
  readonly conflicts: readonly string[];
  readonly untracked: readonly string[];
  /** A folder ends with a slash. */
  readonly ignored: readonly string[];
}

/** Reads the state of all files, whatever the settings of the person hide. */
export async function readStatus(exec: Exec, folder: string): Promise<Result<GitStatus>> {
  const options = "--porcelain=v2 -z --branch --no-ahead-behind --no-renames";
  const all = "--untracked-files=all --ignored=matching --ignore-submodules=none";
  const read = await readGit(exec, folder, ["status", ...options.split(" "), ...all.split(" ")]);
  return read.ok ? ok(parseStatus(read.value)) : read;
}

/** Reads the output of `git status --porcelain=v2 -z --branch` (git-status(1)). */
function parseStatus(text: string): GitStatus {
  const header = new Map<string, string>();
  const paths = {
    changed: [] as string[],
    conflicts: [] as string[],
    untracked: [] as string[],
    ignored: [] as string[],
  };
  const entries = text.split("\0").values();
  for (const entry of entries) {
    const [sign] = entry;
    if (sign === "#") {
      const [, key = "", value = ""] = /^# (\S+) (.*)$/s.exec(entry) ?? [];
      header.set(key, value);
    } else if (sign === "1") paths.changed.push(field(entry, 8));
    else if (sign === "2") {
      paths.changed.push(field(entry, 9));
      entries.next(); // the former path
    } else if (sign === "u") paths.conflicts.push(field(entry, 10));
    else if (sign === "?") paths.untracked.push(entry.slice(2));
    else if (sign === "!") paths.ignored.push(entry.slice(2));
  }
  const commit = header.get("branch.oid");
  const branch = header.get("branch.head");
  return {
    commit: commit === "(initial)" ? undefined : commit,
    branch: branch === "(detached)" ? undefined : branch,
    ...paths,
  };
}

/** Returns the rest of an entry after so many words. */
function field(entry: string, words: number): string {
  let at = 0;
  for (let word = 0; word < words; word += 1) at = entry.indexOf(" ", at) + 1;
  return entry.slice(at);
}

/** The files in the index to which git status says nothing. */
export interface IndexFlags {
  /** Files git does not compare: assume-unchanged, skip-worktree. */
  readonly hidden: readonly string[];
  readonly hasSubmodules: boolean;
}

/** Reads the flags of the index. */
export async function readIndexFlags(exec: Exec, folder: string): Promise<Result<IndexFlags>> {
  const read = await readGit(exec, folder, ["ls-files", "-v", "--stage", "-z"]);
  if (!read.ok) return read;
  const hidden = [...read.value.matchAll(/(?:^|\0)[a-zS] [^\t\0]*\t([^\0]*)/g)].map(([, path = ""]) => path);
  return ok({ hidden, hasSubmodules: /(?:^|\0)[A-Za-z] 160000 /.test(read.value) });
}
