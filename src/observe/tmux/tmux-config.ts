import { digest } from "../../text/digest.ts";
import { holderDir, type Layout } from "../../desired/layout.ts";
import { modifiedMs, readPath } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { inScratchFolder } from "../../drivers/files/scratch.ts";
import { syntaxErrors } from "../../drivers/tmux/check-config.ts";
import type { Exec } from "../../system/exec.ts";
import type { ObservedTmuxConfig } from "../../observed/types.ts";

/** Looks at the file that `tmux.config` names. A watch asks tmux about each content once. */
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
  const errors = known.get(key) ?? (await parse(path, exec));
  if (errors !== undefined) known.set(key, errors);
  return { kind: "read", path, errors };
}

const known = new Map<string, readonly string[]>();

async function parse(path: string, exec: Exec): Promise<readonly string[] | undefined> {
  try {
    return await inScratchFolder((folder) => syntaxErrors(exec, path, `${folder}/tmux`));
  } catch {
    // Nothing can be written there. It is not known whether the file is right.
    return undefined;
  }
}

/**
 * The errors that the tmux server found in its configuration when it started, as the holder's script keeps them. Files that
 * have changed since then may be right by now, and are left out.
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

/** Why the holder could not start the tmux server, as its script keeps it until it can. */
export function readStartFailure(layout: Layout): string | undefined {
  const found = readPath(`${holderDir(layout)}/failure`);
  return found?.kind === "file" ? found.content.trim() || undefined : undefined;
}

/** When the tmux server last ended and was started again by systemd, ms since the epoch, as the holder's script keeps it. */
export function readServerEnd(layout: Layout): number | undefined {
  return modifiedMs(`${holderDir(layout)}/ended`);
}
