import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { outputOf } from "./git.ts";

const timeoutMs = 10_000;

/** The oldest git that verifies signatures of ssh keys. */
const oldest = [2, 34] as const;

/** Checks that git can fetch a source here, and verify signatures if they count. */
export async function checkGit(exec: Exec, hasSigners: boolean): Promise<Result<void>> {
  const args = ["--version"];
  const read = outputOf(args, await exec({ file: "git", args, timeoutMs }));
  if (!read.ok) return read;
  const [, major = "0", minor = "0"] = /(\d+)\.(\d+)/.exec(read.value) ?? [];
  const isOld = Number(major) < oldest[0] || (Number(major) === oldest[0] && Number(minor) < oldest[1]);
  if (isOld)
    return fail("missing-program", `git ${major}.${minor} is too old`, {
      detail: "Git has signatures of ssh keys since version 2.34.",
      hint: "install a newer git",
    });
  if (!hasSigners) return ok(undefined);
  // Without a known option, it ends at once with its usage.
  const asked = await exec({ file: "ssh-keygen", args: ["-?"], timeoutMs });
  if (asked.kind !== "not-found") return ok(undefined);
  return fail("missing-program", "ssh-keygen was not found", {
    detail: "git verifies signatures with it.",
    hint: "install the client of OpenSSH",
  });
}
