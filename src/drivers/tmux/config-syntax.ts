import type { Exec } from "../../system/exec.ts";

/** tmux reads a file in milliseconds, except a pipe without a writer. */
const timeoutMs = 5_000;

/**
 * Returns the syntax errors in a tmux.conf, as `PATH:LINE: …`; undefined if tmux cannot check it. tmux
 * ignores the whole file if it has such an error. A separate server parses the file, executes nothing of it,
 * and ends at once; `socket` is the path of its socket.
 */
export async function syntaxErrors(
  exec: Exec,
  path: string,
  socket: string,
): Promise<readonly string[] | undefined> {
  const args = ["-S", socket, "-f", "/dev/null", "start-server", ";", "source-file", "-n", path];
  const outcome = await exec({ file: "tmux", args, timeoutMs });
  if (outcome.kind !== "exited") return undefined;
  // Seen with 3.3a: they are on standard output.
  const said = `${outcome.stdout}\n${outcome.stderr}`;
  const lines = said.split("\n").filter((line) => line.startsWith(`${path}:`));
  return outcome.code === 0 || lines.length > 0 ? lines : undefined;
}
