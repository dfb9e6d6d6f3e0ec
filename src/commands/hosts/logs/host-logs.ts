import { join, resolve } from "node:path";
import type { Diagnostic } from "../../../diagnostics/diagnostic.ts";
import { appendLine } from "../../../drivers/files/append-line.ts";
import {
  frameLines,
  noLogsWarning,
  runBeginLine,
  runEndLine,
  stampedLines,
} from "../../../report/hosts/log-lines.ts";
import type { Frame } from "../../../transport/frames.ts";
import type { HostEnd } from "../../../transport/host-run-state.ts";

/** The logs of the hosts of a run. */
export interface HostLogs {
  readonly take: (host: string, frame: Frame) => void;
  readonly end: (host: string, end: HostEnd) => void;
}

/**
 * Opens a log for each host, FOLDER/HOST.log, after earlier runs in it. A failure ends all logs, with one
 * warning, here if it shows already: no run depends on its logs.
 */
export function openHostLogs(
  folder: string,
  hosts: readonly { readonly name: string; readonly words: readonly string[] }[],
  tell: (warning: Diagnostic) => void,
): HostLogs {
  let hasFailed = false;
  const write = (host: string, lines: readonly string[]): void => {
    if (hasFailed || lines.length === 0) return;
    // A name of a host has neither dots nor slashes.
    const path = join(resolve(folder), `${host}.log`);
    const written = appendLine(path, stampedLines(lines, new Date()), Infinity);
    if (written.ok) return;
    hasFailed = true;
    for (const problem of written.diagnostics) tell(noLogsWarning(problem));
  };
  /** Hosts that have told a plan in their present run. */
  const proposing = new Set<string>();
  for (const { name, words } of hosts) write(name, [runBeginLine(words)]);
  return {
    take(host, frame) {
      if (frame.kind === "proposal") proposing.add(host);
      write(host, frameLines(frame));
    },
    end: (host, end) => write(host, [runEndLine(end, proposing.delete(host))]),
  };
}
