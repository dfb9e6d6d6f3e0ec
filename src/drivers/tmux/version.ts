import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux } from "./tmux.ts";

/** `tmux -V` reads nothing and asks nobody, ms. */
const timeoutMs = 5_000;

/** Returns the version of the installed tmux, such as `3.3a`. */
export async function tmuxVersion(exec: Exec): Promise<Result<string>> {
  const args = ["-V"];
  const outcome = await exec({ file: "tmux", args, timeoutMs });
  if (outcome.kind !== "exited" || outcome.code !== 0) return explainTmux(outcome, args);
  const version = /^tmux (\S+)/.exec(outcome.stdout)?.[1];
  return version === undefined
    ? fail("unreadable-output", "tmux -V did not print a version", {
        detail: `It printed: ${outcome.stdout}`,
      })
    : ok(version);
}
