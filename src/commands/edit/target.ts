import { resolve } from "node:path";
import { findFleet, loadFleet } from "../../config/file/load.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import type { Context } from "../shared/context.ts";

/** The file to edit, and the fleet it belongs to. */
export interface EditTarget {
  /** The path to show of the file to edit. */
  readonly file: string;
  /** Its absolute path, as the fleet names it. */
  readonly path: string;
  /** The path to show of the fleet file: the same one, or one that includes it. */
  readonly fleet: string;
}

/**
 * Returns the target of an edit. A named file, if included by the fleet.yaml found here, is a part of that fleet. Any
 * other one is a fleet file itself.
 */
export async function editTarget({ flags, machine }: Context): Promise<Result<EditTarget>> {
  const { home, configHome, cacheHome } = machine;
  const here = { home, configHome, cacheHome };
  if (flags.file !== undefined) {
    const included = new Map<string, string>();
    const fleet = await findFleet(here);
    // A fleet with errors also tells which files it includes.
    if (fleet.ok) await loadFleet({ ...here, onInclude: (path) => void included.set(realPath(path), path) });
    const path = included.get(realPath(resolve(flags.file)));
    if (fleet.ok && path !== undefined) return ok({ file: flags.file, path, fleet: fleet.value });
  }
  const found = await findFleet({ ...here, path: flags.file });
  return found.ok ? ok({ file: found.value, path: resolve(found.value), fleet: found.value }) : found;
}
