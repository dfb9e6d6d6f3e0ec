import { rmSync } from "node:fs";
import { basename, join } from "node:path/posix";
import type { Places } from "../config/hosts/places.ts";
import { protocolOf, type GitSettings } from "../config/source/source-settings.ts";
import { fail, ok, type Diagnostic, type Result } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";
import { makeFolders } from "../drivers/files/make-folders.ts";
import { exists, listReadableFolder, readContent } from "../drivers/files/read.ts";
import {
  commitFacts,
  commitIn,
  fetchRef,
  isBefore,
  makeMirror,
  seenRef,
  type Mirror,
} from "../drivers/git/mirror.ts";
import { replaceFolder } from "../drivers/files/replace-folder.ts";
import type { SourceRevision, SourceTrouble } from "../events/source-events.ts";
import type { Machine } from "../machine/machine.ts";
import type { Exec } from "../system/exec.ts";
import { digest } from "../text/digests/digest.ts";
import { expandHome } from "../text/paths.ts";
import { signatureTrouble } from "./revision/check-signature.ts";
import { readRevisionFiles, type RevisionFiles } from "./revision/read-revision-files.ts";
import type { Kept, Orders } from "./memory/source-memory.ts";
import type { SourcePaths } from "./source-paths.ts";

/** Everything one pass depends on. */
export interface Pass {
  readonly settings: GitSettings;
  readonly paths: Pick<SourcePaths, "mirrors" | "fleetFile">;
  readonly machine: Machine;
  readonly exec: Exec;
  /** The last applied revision of this repository and reference; undefined for none. */
  readonly anchor: string | undefined;
  /** True if there is an anchor that cannot be read: then only an accepted revision counts. */
  readonly isAnchorLost: boolean;
  readonly orders: Orders;
  /** The places of agents, as the last applied revision has them. */
  readonly known: Kept<Places>;
  /** True for a new copy of the repository in the place of the old one. */
  readonly isFresh: boolean;
  /** Ends the pass. */
  readonly abort: AbortSignal;
}

/** The end of a pass. `newest` is the newest revision of the source, if it was fetched. */
export type PullEnd =
  | {
      readonly kind: "good";
      readonly newest: string;
      readonly revision: SourceRevision;
      readonly files: RevisionFiles;
    }
  | {
      readonly kind: "refused" | "failed";
      readonly newest: string | undefined;
      readonly trouble: SourceTrouble;
    };

/** Longest time of a pass, ms. */
const passMs = 60_000;

/** Each fetch with news adds a few files. With more than these, a new copy is smaller and faster. */
const mostPackFiles = 500;

/**
 * Fetches the source into its mirror and verifies the result, in this order: the revision descends from the anchor, its
 * signatures are good, its fleet file is a regular one of a bearable size, the file is valid, and this machine has a part of
 * it. Nothing is written but the mirror.
 */
export async function runPass(pass: Pass): Promise<PullEnd> {
  const mirror = mirrorOf(pass);
  const isWhole = isWholeMirror(mirror);
  const end = await fetchAndCheck(pass, mirror, isWhole);
  // A server may leave out contents, and then refuse to give them by name: sshd that drops GIT_PROTOCOL does so.
  const lacksContents = pass.isFresh && end.kind === "failed" && end.trouble.why === "copy-unreadable";
  return lacksContents && !isWhole ? fetchAndCheck(pass, mirror, true) : end;
}

async function fetchAndCheck(pass: Pass, mirror: Mirror, isWhole: boolean): Promise<PullEnd> {
  const { settings, paths } = pass;
  const { folder } = mirror;
  const packs = listReadableFolder(join(folder, "objects/pack"));
  const isFresh = pass.isFresh || packs.length > mostPackFiles;
  const used = isFresh ? { ...mirror, folder: `${folder}.new` } : mirror;
  if (isFresh) rmSync(used.folder, { recursive: true, force: true });
  makeFolders(paths.mirrors, 0o700);
  const made = exists(join(used.folder, "HEAD")) ? ok(undefined) : await makeMirror(used);
  const fetched = made.ok ? await fetchRef(used, settings.git, settings.ref, isWhole) : made;
  if (!fetched.ok) {
    if (isFresh) rmSync(used.folder, { recursive: true, force: true });
    return { kind: "failed", newest: undefined, trouble: { why: "unreachable", said: wordsOf(fetched) } };
  }
  if (isFresh) replaceFolder(used.folder, folder);
  for (const other of listReadableFolder(paths.mirrors))
    if (other !== basename(folder)) rmSync(join(paths.mirrors, other), { recursive: true, force: true });
  return checkFetched(pass, mirror);
}

/** Returns true for a copy with all contents of files: git names the server of the others in its settings. */
function isWholeMirror({ folder }: Mirror): boolean {
  const hasCommits = listReadableFolder(join(folder, "objects/pack")).length > 0;
  return hasCommits && !/partialclone/i.test(readContent(join(folder, "config")) ?? "");
}

/** Returns the copy of the repository of a pass. The time of the pass begins. */
export function mirrorOf({ settings, paths, machine, exec, abort }: Omit<Pass, "isFresh">): Mirror {
  const { verify, git } = settings;
  return {
    exec,
    folder: join(paths.mirrors, `${digest(git)}.git`),
    protocol: protocolOf(git) ?? "none",
    allowedSigners: verify.kind === "none" ? undefined : expandHome(verify.allowedSigners, machine.home),
    timeoutMs: passMs,
    abort: AbortSignal.any([abort, AbortSignal.timeout(passMs)]),
  };
}

/** Verifies what was fetched. */
export async function checkFetched(pass: Pass, mirror: Mirror): Promise<PullEnd> {
  const { settings, orders, paths, machine } = pass;
  const newest = await commitIn(mirror, seenRef);
  if (!newest.ok || newest.value === undefined) return unreadableCopy(newest);
  const end = (kind: "refused" | "failed", trouble: SourceTrouble): PullEnd => ({
    kind,
    newest: newest.value,
    trouble,
  });
  const revision = orders.pin?.revision ?? newest.value;
  const history = await historyTrouble(pass, mirror, newest.value, revision);
  if (!history.ok) return unreadableCopy(history);
  if (history.value !== undefined) return end("refused", history.value);
  const { verify, ref } = settings;
  if (verify.kind === "signers") {
    // A tag vouches for its own commit alone. A pinned revision needs a signature of its own.
    const commits = verify.commits === "tag" && orders.pin !== undefined ? "head" : verify.commits;
    const anchor = orders.pin === undefined && !isAccepted(pass, revision) ? pass.anchor : undefined;
    const unsigned = await signatureTrouble(mirror, { revision, commits, anchor, ref });
    if (!unsigned.ok) return unreadableCopy(unsigned);
    if (unsigned.value !== undefined) return end("refused", unsigned.value);
  }
  if (pass.known.kind === "broken") return end("refused", { why: "settings", diagnostics: lostPlaces });
  const known = pass.known.kind === "kept" ? pass.known.value : undefined;
  const read = await readRevisionFiles(mirror, revision, settings, { ...paths, machine, known });
  if (!read.ok) return unreadableCopy(read);
  if (read.value.kind === "trouble") return end("refused", read.value.trouble);
  const facts = await commitFacts(mirror, revision);
  if (!facts.ok) return unreadableCopy(facts);
  const { author, subject, signer, key } = facts.value;
  const by = verify.kind === "none" ? { signer: null, fingerprint: null } : { signer, fingerprint: key };
  return {
    kind: "good",
    newest: newest.value,
    revision: { revision, author, subject, ...by },
    files: read.value.files,
  };
}

/** Returns the trouble with the way from the anchor to a revision. A pin may go back, but only within the history. */
async function historyTrouble(
  pass: Pass,
  mirror: Mirror,
  newest: string,
  revision: string,
): Promise<Result<SourceTrouble | undefined>> {
  const { anchor, orders, isAnchorLost } = pass;
  if (orders.pin !== undefined) {
    for (const end of anchor === undefined ? [newest] : [anchor, newest]) {
      const within = await isBefore(mirror, revision, end);
      if (!within.ok || within.value === true) return within.ok ? ok(undefined) : within;
    }
    return ok({ why: "unknown-pin", revision });
  }
  if (isAccepted(pass, revision)) return ok(undefined);
  if (isAnchorLost) return ok({ why: "settings", diagnostics: lostAnchor });
  if (anchor === undefined) return ok(undefined);
  const descends = await isBefore(mirror, anchor, revision);
  if (!descends.ok) return descends;
  // A history without the anchor is another one, unless this copy of it is broken: then a new one tells.
  if (descends.value === undefined && !pass.isFresh) return fail("command-failed", "git merge-base failed");
  return descends.value === true ? ok(undefined) : ok({ why: "rewritten", revision, anchor });
}

/** Returns true for a revision a person has accepted since the anchor was set. */
function isAccepted({ orders: { accept }, anchor }: Pass, revision: string): boolean {
  return accept !== undefined && accept.revision === revision && accept.anchor === (anchor ?? null);
}

const lostAnchor: readonly Diagnostic[] = [
  {
    severity: "error",
    code: "file-unreadable",
    summary: "the memory of the applied revision cannot be read",
    detail: "Without it, an older revision could come back unnoticed.",
    hint: wording`look at the history of the repository, and then: ${fleetCommand("source accept")} REVISION`,
  },
];

const lostPlaces: readonly Diagnostic[] = [
  {
    severity: "error",
    code: "file-unreadable",
    summary: "the memory of the places of agents cannot be read",
    detail: "Without it, an agent could start here while it still runs on another host.",
    hint: "see that each agent is where fleet.place.json says, and then remove places.json next to anchor.json",
  },
];

function unreadableCopy(read: Result<unknown>): PullEnd {
  const said = read.ok ? "there is no fetched revision" : wordsOf(read);
  return { kind: "failed", newest: undefined, trouble: { why: "copy-unreadable", said } };
}

/** Returns the last words of git about a failure. */
function wordsOf(read: Result<unknown>): string {
  const [first] = read.ok ? [] : read.diagnostics;
  return first?.detail ?? first?.summary ?? "";
}
