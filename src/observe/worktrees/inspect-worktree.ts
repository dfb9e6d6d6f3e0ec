import { lstatSync } from "node:fs";
import { join } from "node:path/posix";
import type { WorktreeMark } from "../../desired/inputs.ts";
import type { Result } from "../../diagnostics/diagnostic.ts";
import { listFolder, modifiedMs, readContent } from "../../drivers/files/read.ts";
import {
  countDetached,
  countUnpushed,
  findOnlyHere,
  readHeadHistory,
  readStashes,
  type HeadHistory,
} from "../../drivers/git/commits.ts";
import { readIndexFlags, readStatus, type GitStatus } from "../../drivers/git/status.ts";
import type { Exec } from "../../system/exec.ts";
import { errorMessage } from "../../text/error-message.ts";
import { parseCopies, parseMade, type Provided } from "../../worktrees/provided.ts";
import { operationIn, ownLock, type ProcessInside, type WorktreeFinding } from "../../worktrees/worktree.ts";
import { problemWords, type FoundWorktree } from "./find-worktrees.ts";
import { ignoredFilesToKeep, isLooseFileDisposable } from "./loose-files.ts";

/** Everything for an inspection. */
export interface Inspecting {
  readonly exec: Exec;
  readonly fleet: string;
  readonly uid: number;
  /** Returns the processes in the worktree. Called last. */
  readonly inside: () => readonly ProcessInside[];
  /** True to look into ignored folders and at the flags of the index, too: this takes seconds for many files. */
  readonly isThorough: boolean;
}

/** The result of an inspection. */
export interface Inspected {
  readonly branch: string | undefined;
  readonly findings: readonly WorktreeFinding[];
  /** Untracked files fleet has copied or linked, below the worktree. */
  readonly leftovers: readonly string[];
  /** Commits nothing but the reflog of this worktree knows. */
  readonly onlyHere: readonly string[];
}

/** A worktree that is there. */
type There = FoundWorktree & { readonly state: Extract<FoundWorktree["state"], { readonly kind: "there" }> };

/** Finds everything about a worktree that is not as git has made it. Reads only. */
export async function inspectWorktree(found: FoundWorktree, work: Inspecting): Promise<Inspected> {
  const { state } = found;
  const nothing = { branch: undefined, leftovers: [], onlyHere: [] };
  if (state.kind !== "there") return { ...nothing, findings: [state] };
  try {
    const inspected = await inspect({ ...found, state }, work);
    const [first, ...others] = work.inside();
    if (first === undefined) return inspected;
    const use = { kind: "in-use", processes: [first, ...others] } as const;
    return { ...inspected, findings: [use, ...inspected.findings] };
  } catch (error) {
    return { ...nothing, findings: [{ kind: "unknown", message: errorMessage(error) }] };
  }
}

async function inspect(found: There, work: Inspecting): Promise<Inspected> {
  const { place, state } = found;
  const { exec, isThorough } = work;
  const findings = [...ownerFindings(found, work), ...adminFindings(found)];
  const [status, history] = await Promise.all([readStatus(exec, place), readHeadHistory(exec, place)]);
  if (!status.ok)
    return {
      branch: undefined,
      findings: [...findings, unknownFinding(status)],
      leftovers: [],
      onlyHere: [],
    };
  const { branch } = status.value;
  const files = looseFileFindings(status.value, found, isThorough);
  findings.push(...files.findings);
  if (isThorough) findings.push(...(await indexFindings(found, exec)));
  if (!history.ok && status.value.commit !== undefined) findings.push(unknownFinding(history));
  const past = history.ok ? history.value : { commits: [], branches: [] };
  findings.push(...(await commitFindings(place, status.value, past, exec)));
  if (!isThorough) return { branch, findings, leftovers: files.leftovers, onlyHere: [] };
  const original = readContent(join(state.admin, "ORIG_HEAD"))?.trim();
  const commits = original === undefined ? past.commits : [...past.commits, original];
  const branches = [...new Set([...(branch === undefined ? [] : [branch]), ...past.branches])];
  const onlyHere = await findOnlyHere(exec, place, commits, branches);
  if (!onlyHere.ok) findings.push(unknownFinding(onlyHere));
  return { branch, leftovers: files.leftovers, findings, onlyHere: onlyHere.ok ? onlyHere.value : [] };
}

function unknownFinding({ diagnostics }: Extract<Result<unknown>, { readonly ok: false }>): WorktreeFinding {
  return { kind: "unknown", message: problemWords(diagnostics) };
}

/** Finds whose worktree it is. */
function ownerFindings({ place, state }: There, { fleet, uid }: Inspecting): readonly WorktreeFinding[] {
  const findings: WorktreeFinding[] = [];
  const mark: WorktreeMark | undefined = state.mark;
  if (mark?.fleet !== fleet) findings.push({ kind: "foreign" });
  else if (!mark.isMade) findings.push({ kind: "found" });
  if ([place, state.admin].some((path) => lstatSync(path).uid !== uid))
    findings.push({ kind: "other-owner" });
  return findings;
}

/** Finds what the files of git tell without git. */
function adminFindings({ agent, state }: There): readonly WorktreeFinding[] {
  const names = listFolder(state.admin);
  const findings: WorktreeFinding[] = [];
  const lock = names.includes("locked")
    ? (readContent(join(state.admin, "locked")) ?? "").trim()
    : ownLock(agent);
  if (lock !== ownLock(agent)) findings.push({ kind: "locked", reason: lock });
  const operation = operationIn(names);
  if (operation !== undefined) findings.push({ kind: "operation", operation });
  return findings;
}

function looseFileFindings(
  { changed, conflicts, untracked, ignored }: GitStatus,
  { repo, place, state }: There,
  isThorough: boolean,
): Pick<Inspected, "findings" | "leftovers"> {
  const provided = readProvided(repo, state.admin);
  const kept = untracked.filter((path) => !isLooseFileDisposable(path, { place, provided }));
  const files = {
    conflicts,
    changed,
    untracked: kept,
    ignored: isThorough ? [...ignoredFilesToKeep(ignored, { place, provided })] : [],
  };
  const kinds = ["conflicts", "changed", "untracked", "ignored"] as const;
  return {
    findings: kinds.flatMap((kind) => someFiles(kind, files[kind])),
    leftovers: untracked.filter((path) => !kept.includes(path)),
  };
}

function someFiles(
  kind: "conflicts" | "changed" | "untracked" | "ignored" | "hidden",
  paths: readonly string[],
): readonly WorktreeFinding[] {
  const [example] = paths;
  return example === undefined ? [] : [{ kind, count: paths.length, example }];
}

function readProvided(repo: string, admin: string): Provided {
  const made = readContent(join(admin, "mosaic-ignored"));
  return {
    repo,
    copies: parseCopies(readContent(join(admin, "mosaic-copies")) ?? ""),
    made: parseMade(made ?? ""),
    setupMs: made === undefined ? undefined : modifiedMs(join(admin, "mosaic-ignored")),
  };
}

async function indexFindings({ place, state }: There, exec: Exec): Promise<readonly WorktreeFinding[]> {
  const flags = await readIndexFlags(exec, place);
  if (!flags.ok) return [unknownFinding(flags)];
  const { hidden, hasSubmodules } = flags.value;
  // A sparse checkout hides the files that are not there.
  const there = hidden.filter(
    (path) => lstatSync(join(place, path), { throwIfNoEntry: false }) !== undefined,
  );
  const submodules = hasSubmodules || listFolder(state.admin).includes("modules");
  return [...someFiles("hidden", there), ...(submodules ? [{ kind: "submodules" } as const] : [])];
}

async function commitFindings(
  place: string,
  { branch, commit }: GitStatus,
  past: HeadHistory,
  exec: Exec,
): Promise<readonly WorktreeFinding[]> {
  if (commit === undefined) return [{ kind: "unborn" }];
  const findings: WorktreeFinding[] = [];
  const count =
    branch === undefined ? await countDetached(exec, place) : await countUnpushed(exec, place, branch);
  if (!count.ok) findings.push(unknownFinding(count));
  else if (count.value > 0)
    findings.push(
      branch === undefined
        ? { kind: "detached", count: count.value }
        : { kind: "unpushed", count: count.value, branch },
    );
  const stashes = await readStashes(exec, place);
  if (!stashes.ok) return [...findings, unknownFinding(stashes)];
  const used = new Set([...past.branches, branch]);
  const own = stashes.value.filter((stash) =>
    stash.branch === undefined ? past.commits.includes(stash.base) : used.has(stash.branch),
  );
  const [stash] = own;
  if (stash === undefined) return findings;
  return [...findings, { kind: "stashed", count: own.length, branch: stash.branch ?? "HEAD" }];
}
