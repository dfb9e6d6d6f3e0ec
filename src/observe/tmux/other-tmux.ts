import { serverPidPath, type Layout } from "../../desired/layout.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { readPath } from "../../drivers/files/read.ts";

/**
 * Adds the way out to a problem: tmux was upgraded under the running server. /proc still runs the program of
 * a process after its file was replaced, and that client understands the server.
 */
export function withWayOut(problem: Diagnostic, layout: Layout): Diagnostic {
  if (problem.code !== "tmux-other-version") return problem;
  const { socket, holderUnit } = layout;
  const client = `/proc/${serverPid(layout) ?? "PID-OF-THE-SERVER"}/exe -L ${socket}`;
  return {
    ...problem,
    detail: `${problem.detail ?? ""}. The agents go on, and nothing was changed.`,
    hint:
      `the old tmux still works: finish the work in the sessions with \`${client} attach -t =AGENT\`. ` +
      `Then \`systemctl --user restart ${holderUnit}\` ends every session, and starts all agents in a new server`,
  };
}

/** Returns the process id from the holder's start; undefined if there is none. */
export function serverPid(layout: Layout): number | undefined {
  const file = readPath(serverPidPath(layout));
  if (file?.kind !== "file" || !/^[1-9]\d*\s*$/.test(file.content)) return undefined;
  return Number(file.content);
}
