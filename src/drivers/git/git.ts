import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { explainOutcome } from "../explain-outcome.ts";

/** Longest time of one reading call, ms: the status of a huge repository on a cold disk. */
const gitReadMs = 120_000;

/** Settings of a person that would hide something, or change the output. */
export const gitSettings = [
  "status.showUntrackedFiles=all",
  "core.fsmonitor=false",
  "core.untrackedCache=false",
  "core.checkStat=default",
  "core.trustctime=true",
  "core.quotePath=false",
  "log.showSignature=false",
].flatMap((setting) => ["-c", setting]);

/** Runs git in a folder and returns its output. Writes nothing, not even the index. */
export async function readGit(exec: Exec, folder: string, args: readonly string[]): Promise<Result<string>> {
  const flags = ["--no-optional-locks", "--no-replace-objects", ...gitSettings];
  return outputOf(
    args,
    await exec({ file: "git", args: [...flags, "-C", folder, ...args], timeoutMs: gitReadMs }),
  );
}

/** Runs a reading git with lines for its standard input. */
export async function readGitWith(
  exec: Exec,
  folder: string,
  args: readonly string[],
  lines: readonly string[],
): Promise<Result<string>> {
  const flags = ["--no-optional-locks", "--no-replace-objects", ...gitSettings];
  const input = new TextEncoder().encode(lines.map((line) => `${line}\n`).join(""));
  const command = { file: "git", args: [...flags, "-C", folder, ...args], timeoutMs: gitReadMs, input };
  return outputOf(args, await exec(command));
}

/** Returns the output of a git that has ended well. */
export function outputOf(args: readonly string[], outcome: CommandOutcome): Result<string> {
  const command = `git ${args[0] ?? ""}`;
  switch (outcome.kind) {
    case "not-found":
      return fail("missing-program", "git was not found", { hint: "install git" });
    case "timed-out":
      return fail("command-timeout", `${command} did not end within ${outcome.timeoutMs / 1000} s`);
    case "exited":
      return outcome.code === 0 ? ok(outcome.stdout) : explainOutcome(command, outcome);
    case "killed":
    case "not-started":
      return explainOutcome(command, outcome);
  }
}
