import type { InstalledProgram } from "../../doctor/preset-versions.ts";
import type { Exec } from "../../system/exec.ts";

/** The time for an answer, ms: several of these programs take a second to load. */
const answerMs = 3_000;

/** Returns what a program says about its version; undefined if it fails or says nothing in time. */
export async function askVersion(
  { program, path }: InstalledProgram,
  exec: Exec,
): Promise<string | undefined> {
  const outcome = await exec({
    file: program,
    args: ["--version"],
    timeoutMs: answerMs,
    env: { PATH: path },
  });
  return outcome.kind === "exited" && outcome.code === 0 ? outcome.stdout : undefined;
}
