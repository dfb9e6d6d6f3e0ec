import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { lastLine } from "../../text/last-line.ts";
import { explainOutcome } from "../explain-outcome.ts";

/** Reading a commit may run a filter of the user, such as git-crypt, ms. */
const timeoutMs = 20_000;

/** A Git repository with a working tree. */
export interface Repository {
  /** The top folder of the working tree, absolute, without links. */
  readonly top: string;
}

/** Returns the repository around a folder; undefined if there is none, or without git. */
export async function openRepository(exec: Exec, folder: string): Promise<Result<Repository | undefined>> {
  const outcome = await git(exec, folder, ["rev-parse", "--show-toplevel"]);
  if (outcome.kind === "not-found" || (outcome.kind === "exited" && outcome.code !== 0)) return ok(undefined);
  const read = said("git rev-parse", outcome);
  return read.ok ? ok({ top: read.value.replace(/\n$/, "") }) : read;
}

/** Returns the whole name of a commit; undefined if no commit has this name. */
export async function resolveCommit(
  exec: Exec,
  { top }: Repository,
  revision: string,
): Promise<Result<string | undefined>> {
  // A name with a leading dash would be an option.
  if (revision.startsWith("-") || revision.includes("\0")) return ok(undefined);
  const outcome = await git(exec, top, ["rev-parse", "--verify", "--quiet", `${revision}^{commit}`]);
  if (outcome.kind === "exited" && outcome.code !== 0) return ok(undefined);
  const read = said("git rev-parse", outcome);
  return read.ok ? ok(read.value.trim()) : read;
}

/** Returns the text of a file in a commit, as a checkout would write it; undefined if the commit has no such file. */
export async function readCommitted(
  exec: Exec,
  { top }: Repository,
  commit: string,
  path: string,
): Promise<Result<string | undefined>> {
  const listed = said("git ls-tree", await git(exec, top, ["ls-tree", "-z", commit, "--", path]));
  if (!listed.ok) return listed;
  const [mode = ""] = listed.value.split(" ");
  if (mode === "") return ok(undefined);
  if (!mode.startsWith("100")) return fail("revision-unreadable", `${path} is no regular file in ${commit}`);
  return said("git cat-file", await git(exec, top, ["cat-file", "--filters", `${commit}:${path}`]));
}

function git(exec: Exec, folder: string, args: readonly string[]): Promise<CommandOutcome> {
  return exec({
    file: "git",
    args: ["-C", folder, ...args],
    timeoutMs,
    // A partial clone may fetch, and would ask for a password.
    env: { GIT_TERMINAL_PROMPT: "0", GIT_LITERAL_PATHSPECS: "1" },
  });
}

function said(command: string, outcome: CommandOutcome): Result<string> {
  switch (outcome.kind) {
    case "exited":
      return outcome.code === 0
        ? ok(outcome.stdout)
        : fail("revision-unreadable", `${command} failed with exit status ${outcome.code}`, {
            detail: lastLine(outcome.stderr),
          });
    case "timed-out":
      return fail("command-timeout", `${command} did not end within ${timeoutMs / 1000} s`);
    case "not-found":
      return fail("missing-program", "git was not found");
    case "killed":
    case "not-started":
      return explainOutcome(command, outcome);
  }
}
