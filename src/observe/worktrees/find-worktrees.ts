import { lstatSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path/posix";
import { parseWorktreeMark, type WorktreeMark, type WorktreePlace } from "../../desired/inputs.ts";
import { worktreesPath, type Layout } from "../../desired/layout.ts";
import { fail, ok, type Diagnostic, type Result } from "../../diagnostics/diagnostic.ts";
import { readGit } from "../../drivers/git/git.ts";
import { kindOf, listFolder, readContent, readPath } from "../../drivers/files/read.ts";
import { realPathOf } from "../../drivers/files/real-path.ts";
import type { Exec } from "../../system/exec.ts";
import { errorMessage } from "../../text/error-message.ts";
import { inNaturalOrder, naturally } from "../../text/natural-order.ts";
import { parseWorktreeRecords, type WorktreeRecord } from "../../worktrees/record.ts";
import { linkedGitFolder } from "../files/git-folder.ts";

/** A worktree, and the folders of git behind it. */
export interface FoundWorktree extends WorktreeRecord {
  /** Its real path. */
  readonly place: string;
  readonly state:
    | {
        readonly kind: "there";
        /** The folder git keeps for it. */
        readonly admin: string;
        /** The folder of git that all worktrees of the repository share. */
        readonly common: string;
        readonly mark: WorktreeMark | undefined;
      }
    | { readonly kind: "missing" }
    | { readonly kind: "lost" }
    | { readonly kind: "unknown"; readonly message: string };
}

/**
 * Returns the worktrees made by fleet for agents of this fleet, also for former ones, and those at `declared` places
 * that it has found. Leaves out those that are gone.
 */
export async function findWorktrees(
  layout: Layout,
  declared: readonly WorktreePlace[],
  exec: Exec,
): Promise<Result<readonly FoundWorktree[]>> {
  const recorded = readRecords(layout);
  if (!recorded.ok) return recorded;
  const found = new Map<string, FoundWorktree>();
  for (const record of recorded.value) {
    const each = await findWorktree(record, layout, exec);
    if (each !== undefined) found.set(each.place, each);
  }
  for (const record of declared) {
    const each = await findWorktree(record, layout, exec);
    const mark = each?.state.kind === "there" ? each.state.mark : undefined;
    if (each !== undefined && mark?.agent === record.agent && mark.fleet === layout.fleet)
      found.set(each.place, each);
  }
  return ok(inNaturalOrder([...found.values()], ({ agent, path }) => `${agent} ${path}`));
}

/** Returns the worktrees in the records of all agents. A file that cannot be read may name some. */
function readRecords(layout: Layout): Result<readonly WorktreeRecord[]> {
  try {
    const records: WorktreeRecord[] = [];
    for (const agent of naturally(listFolder(layout.recordsDir))) {
      const path = worktreesPath(layout, agent);
      const file = readPath(path);
      if (file?.kind === "unreadable") throw new Error(file.message);
      if (file?.kind === "file") records.push(...parseWorktreeRecords(agent, file.content));
    }
    return ok(records);
  } catch (error) {
    return fail("file-unreadable", `the records of worktrees in ${layout.recordsDir} cannot be read`, {
      detail: errorMessage(error),
    });
  }
}

/** Returns a worktree as it is now; undefined if neither its folder nor git's entry is left. */
export async function findWorktree(
  record: WorktreeRecord,
  { fleet }: Layout,
  exec: Exec,
): Promise<FoundWorktree | undefined> {
  const { path } = record;
  const place = realPathOf(path);
  const known = { ...record, place };
  try {
    if (lstatSync(path, { throwIfNoEntry: false }) === undefined) {
      const entry = await hasEntry(record, exec);
      if (!entry.ok)
        return { ...known, state: { kind: "unknown", message: problemWords(entry.diagnostics) } };
      return entry.value ? { ...known, state: { kind: "missing" } } : undefined;
    }
    statSync(path);
  } catch (error) {
    return { ...known, state: { kind: "unknown", message: errorMessage(error) } };
  }
  const admin = linkedGitFolder(place);
  const shared = admin === undefined ? undefined : readContent(join(admin, "commondir"))?.trim();
  const back = admin === undefined ? undefined : readContent(join(admin, "gitdir"))?.trim();
  if (admin === undefined || shared === undefined || back === undefined)
    return { ...known, state: { kind: "lost" } };
  // The entry of git must lead back: the folder may be a copy of a worktree.
  if (realPathOf(dirname(resolve(admin, back))) !== place) return { ...known, state: { kind: "lost" } };
  const mark = parseWorktreeMark(readContent(join(admin, "mosaic-worktree")) ?? "");
  // A renamed agent has taken it over.
  const agent = mark?.fleet === fleet ? mark.agent : record.agent;
  return { ...known, agent, state: { kind: "there", admin, common: resolve(admin, shared), mark } };
}

/** Returns true if git has an entry for a worktree without a folder. */
async function hasEntry({ repo, path }: WorktreeRecord, exec: Exec): Promise<Result<boolean>> {
  if (kindOf(repo) === "missing") return ok(false);
  const listed = await readGit(exec, repo, ["worktree", "list", "--porcelain"]);
  if (!listed.ok) return listed;
  const lines = listed.value.split("\n");
  return ok([path, realPathOf(path)].some((place) => lines.includes(`worktree ${place}`)));
}

/** Returns the first problem in its own words. */
export function problemWords([problem]: readonly Diagnostic[]): string {
  return [problem?.summary, problem?.detail].filter((text) => text).join(": ");
}
