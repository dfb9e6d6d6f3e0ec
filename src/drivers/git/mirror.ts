import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { outputOf } from "./git.ts";

/** A bare copy of a repository, without a working tree. */
export interface Mirror {
  readonly exec: Exec;
  /** Absolute. */
  readonly folder: string;
  /** The only protocol git may use. */
  readonly protocol: string;
  /** The absolute path of the file with the allowed keys; undefined if no signature counts. */
  readonly allowedSigners: string | undefined;
  /** Longest time of one call, ms. */
  readonly timeoutMs: number;
  /** Ends a call under way, when the time of all calls together is over. */
  readonly abort: AbortSignal;
}

/** The name of the fetched commit or tag in the mirror. */
export const seenRef = "refs/fleet/seen";

/** A ssh that asks nobody and does not wait for a lost server. */
const sshOptions =
  "-oBatchMode=yes -oConnectTimeout=5 -oServerAliveInterval=5 -oServerAliveCountMax=3 -oForwardAgent=no -oClearAllForwardings=yes";

/**
 * Settings for a repository others fill. A hook, another protocol or a key outside of the file of allowed signers must
 * not count, also not by the settings of the account: any key in its GPG keyring would make a signature good.
 */
function settingsFor({ protocol, allowedSigners }: Mirror): readonly string[] {
  return [
    "core.hooksPath=/dev/null",
    "core.askPass=",
    "core.commitGraph=false",
    "protocol.allow=never",
    `protocol.${protocol}.allow=always`,
    "fetch.fsckObjects=true",
    "transfer.fsckObjects=true",
    "fetch.recurseSubmodules=false",
    "gc.auto=0",
    "maintenance.auto=false",
    "http.lowSpeedLimit=1000",
    "http.lowSpeedTime=20",
    "log.showSignature=false",
    `gpg.ssh.allowedSignersFile=${allowedSigners ?? "/dev/null"}`,
    "gpg.ssh.program=ssh-keygen",
    "gpg.program=false",
    "gpg.openpgp.program=false",
    "gpg.x509.program=false",
  ].flatMap((setting) => ["-c", setting]);
}

/** Runs git in a mirror. */
function git(mirror: Mirror, args: readonly string[]): Promise<CommandOutcome> {
  const { exec, folder, timeoutMs, abort } = mirror;
  const flags = ["--no-replace-objects", "--literal-pathspecs", ...settingsFor(mirror)];
  const env = {
    GIT_TERMINAL_PROMPT: "0",
    GIT_ASKPASS: "",
    SSH_ASKPASS: "",
    GIT_SSH_COMMAND: `${process.env["GIT_SSH_COMMAND"] ?? "ssh"} ${sshOptions}`,
  };
  return exec({ file: "git", args: [...flags, `--git-dir=${folder}`, ...args], timeoutMs, env }, abort);
}

async function outputIn(mirror: Mirror, args: readonly string[]): Promise<Result<string>> {
  const outcome = await git(mirror, args);
  return outputOf(
    args,
    outcome.kind === "exited" ? { ...outcome, stderr: gitMessage(outcome.stderr) } : outcome,
  );
}

/** Returns the words of git without its last ones about any server that ended: those of ssh stand before them. */
function gitMessage(stderr: string): string {
  const general =
    /\s*fatal: Could not read from remote repository\.\s+Please make sure you have the correct access rights\s+and the repository exists\.\s*$/;
  return stderr.replace(general, "") || stderr;
}

/** Makes an empty mirror. Succeeds if there is one. */
export async function makeMirror(mirror: Mirror): Promise<Result<void>> {
  const made = await outputIn(mirror, ["init", "--quiet", "--bare", "--template="]);
  return made.ok ? ok(undefined) : made;
}

/**
 * Fetches one branch or tag with its history. Without `isWhole`, leaves out the contents of files if the server can do so.
 * No reference but `seenRef` is written, so the names others chose do not matter.
 */
export async function fetchRef(
  mirror: Mirror,
  address: string,
  ref: string,
  isWhole: boolean,
): Promise<Result<void>> {
  const options =
    "--quiet --no-tags --no-write-fetch-head --no-recurse-submodules --refmap= --no-auto-maintenance";
  const filter = isWhole ? [] : ["--filter=blob:none"];
  const args = ["fetch", ...options.split(" "), ...filter, "--", address, `+${ref}:${seenRef}`];
  const fetched = await outputIn(mirror, args);
  return fetched.ok ? ok(undefined) : fetched;
}

/** Returns the whole name of a commit; undefined if the mirror has no such commit. */
export async function commitIn(mirror: Mirror, name: string): Promise<Result<string | undefined>> {
  const args = ["rev-parse", "--verify", "--quiet", "--end-of-options", `${name}^{commit}`];
  const outcome = await git(mirror, args);
  if (outcome.kind === "exited" && outcome.code === 1) return ok(undefined);
  const read = outputOf(args, outcome);
  return read.ok ? ok(read.value.trim()) : read;
}

/**
 * Returns true if a commit is the same as another one, or before it. Undefined if the mirror lacks one of them.
 */
export async function isBefore(
  mirror: Mirror,
  commit: string,
  later: string,
): Promise<Result<boolean | undefined>> {
  const args = ["merge-base", "--is-ancestor", commit, later];
  const outcome = await git(mirror, args);
  if (outcome.kind === "exited" && outcome.code <= 1) return ok(outcome.code === 0);
  if (outcome.kind === "exited") return ok(undefined);
  const read = outputOf(args, outcome);
  return read.ok ? ok(undefined) : read;
}

/** Returns the commits from one to another one, without the first, the newest first. */
export async function commitsBetween(
  mirror: Mirror,
  from: string,
  to: string,
): Promise<Result<readonly string[]>> {
  const read = await outputIn(mirror, ["rev-list", `^${from}`, to, "--"]);
  return read.ok ? ok(read.value.split("\n").filter((line) => line !== "")) : read;
}

/** Returns true if the signature of a commit or tag is good. Only the exit status counts: git says "Good" of unknown keys, too. */
export async function isSigned(
  mirror: Mirror,
  kind: "commit" | "tag",
  names: readonly string[],
): Promise<Result<boolean>> {
  const args = [`verify-${kind}`, ...names];
  const outcome = await git(mirror, args);
  if (outcome.kind === "exited") return ok(outcome.code === 0);
  const read = outputOf(args, outcome);
  return read.ok ? ok(false) : read;
}

/** A commit, as far as people want to know about it. */
export interface CommitFacts {
  /** The state of its signature, as `%G?` of git-log(1): N for none, U for a key that is not allowed, B for a bad one. */
  readonly signature: string;
  /** The signer by the file of allowed signers; empty if that has none. Means nothing for a signature that is not good. */
  readonly signer: string;
  /** The fingerprint of the key; empty without a signature. */
  readonly key: string;
  readonly author: string;
  readonly subject: string;
}

/** Returns the facts about a commit. */
export async function commitFacts(mirror: Mirror, commit: string): Promise<Result<CommitFacts>> {
  const format = "--format=%G?%x00%GS%x00%GF%x00%an%x00%s";
  const read = await outputIn(mirror, ["log", "-1", "--no-color", format, commit, "--"]);
  if (!read.ok) return read;
  const [signature = "", signer = "", key = "", author = "", subject = ""] = read.value.trimEnd().split("\0");
  return ok({ signature, signer, key, author, subject });
}

/** Returns the name in an annotated tag; undefined for anything else. A copy of it under another name keeps its name. */
export async function nameOfTag(mirror: Mirror, ref: string): Promise<Result<string | undefined>> {
  const type = await outputIn(mirror, ["cat-file", "-t", ref]);
  if (!type.ok) return type;
  if (type.value.trim() !== "tag") return ok(undefined);
  const read = await outputIn(mirror, ["cat-file", "tag", ref]);
  if (!read.ok) return read;
  const [head = ""] = read.value.split("\n\n");
  return ok(/^tag (.+)$/m.exec(head)?.[1]);
}

/** An entry in the tree of a commit. */
export interface TreeEntry {
  /** Six octal digits: 100644 and 100755 are files, 120000 is a link, 160000 another repository, 040000 a folder. */
  readonly mode: string;
  readonly object: string;
}

/** Returns the entry of a path in a commit; undefined if there is none. */
export async function entryInCommit(
  mirror: Mirror,
  commit: string,
  path: string,
): Promise<Result<TreeEntry | undefined>> {
  const read = await outputIn(mirror, ["ls-tree", "-z", commit, "--", path]);
  if (!read.ok) return read;
  const [, mode, object] = /^(\d{6}) \w+ ([0-9a-f]{40,64})\t/.exec(read.value) ?? [];
  return ok(mode === undefined || object === undefined ? undefined : { mode, object });
}

/** Returns the size of a file in the repository, bytes. Fetches it, if the mirror does not have it. */
export async function sizeOfObject(mirror: Mirror, object: string): Promise<Result<number>> {
  const read = await outputIn(mirror, ["cat-file", "-s", object]);
  return read.ok ? ok(Number(read.value.trim())) : read;
}

/** Returns the text of a file in the repository, as it is there: no filter changes it. */
export function textOfObject(mirror: Mirror, object: string): Promise<Result<string>> {
  return outputIn(mirror, ["cat-file", "blob", object]);
}
