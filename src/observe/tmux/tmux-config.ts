import { digest } from "../../text/digests/digest.ts";
import { holderDir, type Layout } from "../../desired/layout.ts";
import { modifiedMs, readPath } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { inScratchFolder } from "../../drivers/files/scratch.ts";
import { syntaxErrors } from "../../drivers/tmux/config-syntax.ts";
import type { Exec } from "../../system/exec.ts";
import type { ObservedTmuxConfig } from "../../observed/types.ts";

/** Reads the file in `tmux.config`. A watch asks tmux about each content once. */
export async function observeTmuxConfig(
  path: string | undefined,
  exec: Exec,
): Promise<ObservedTmuxConfig | undefined> {
  if (path === undefined) return undefined;
  const found = readPath(realPath(path));
  if (found === undefined) return { kind: "missing", path };
  if (found.kind === "unreadable") return { kind: "unreadable", path, message: found.message };
  if (found.kind !== "file") return { kind: "unreadable", path, message: "not a regular file" };
  const key = `${path} ${digest(found.content)}`;
  const errors = readConfigs.get(key) ?? (await parse(path, exec));
  if (errors !== undefined) readConfigs.set(key, errors);
  return { kind: "read", path, errors };
}

const readConfigs = new Map<string, readonly string[]>();

async function parse(path: string, exec: Exec): Promise<readonly string[] | undefined> {
  try {
    return await inScratchFolder((folder) => syntaxErrors(exec, path, `${folder}/tmux`));
  } catch {
    // The folder is not writable, so the state of the file is unknown.
    return undefined;
  }
}

/**
 * Returns the tmux server's errors in its configuration at its start, from the files of the holder's script.
 * Leaves out files changed since then, because they may be right now.
 */
export function readStartErrors(layout: Layout): readonly string[] {
  const path = `${holderDir(layout)}/config-errors`;
  const found = readPath(path);
  if (found?.kind !== "file") return [];
  return found.content.split("\n").filter((line) => {
    const file = /^(\/.*?)(?::\d+)?: /.exec(line)?.[1];
    return line !== "" && (file === undefined || (modifiedMs(file) ?? 0) <= found.modifiedMs);
  });
}

/**
 * Returns the reason for the holder's failure to start the tmux server. Its script keeps it until a start
 * succeeds.
 */
export function readStartFailure(layout: Layout): string | undefined {
  const found = readPath(`${holderDir(layout)}/failure`);
  return found?.kind === "file" ? found.content.trim() || undefined : undefined;
}

/**
 * Returns the time of the tmux server's last end before a start by systemd, ms since the epoch, from a file
 * of the holder's script.
 */
export function readServerEnd(layout: Layout): number | undefined {
  return modifiedMs(`${holderDir(layout)}/ended`);
}
