import type { Exec } from "../../system/exec.ts";

/** tmux reads a file in milliseconds, unless it is a pipe that nobody writes to. */
const timeoutMs = 5_000;

/**
 * The syntax errors that tmux finds in a tmux.conf, as `PATH:LINE: …`; undefined if that cannot be told. tmux loads nothing
 * of a file with such an error. A server of its own parses the file, executes nothing of it, and ends at once; `socket` is
 * the path of its socket.
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
