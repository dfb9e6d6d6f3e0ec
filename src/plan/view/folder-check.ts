import { dirname } from "node:path/posix";
import { otherReplacer, otherWriter, type Access } from "../../permissions/who-can-write.ts";
import { dropInFolder, type Layout, isDropInFolder } from "../../desired/layout.ts";
import type { Observed, ObservedFolder } from "../../observed/types.ts";
import type { Change } from "../change.ts";

/**
 * Returns the obstacle to writes and removals in the fleet's folders, or undefined if there is none. Anyone
 * with write access to one of them decides about the agents' commands. A folder that only the fleet makes
 * must not be a link, because files behind it would not be the fleet's. Its parents may be links, as people
 * keep their configuration elsewhere; then the check includes their targets.
 */
export function folderHindrance({ folders, uid }: Observed, layout: Layout): Change | undefined {
  if (folders === undefined || uid === undefined) return undefined;
  const leaves = new Set([layout.envDir, dirname(layout.scriptPath), layout.unitDir, layout.wantsDir]);
  for (const path of [layout.envDir, dirname(layout.scriptPath)]) {
    const link = linkProblem(path, folders.get(path));
    if (link !== undefined) return link;
  }
  for (const path of [...folders.keys()].filter((each) => !isDropInFolder(each)).sort()) {
    const access = folders.get(path)?.access;
    const problem = access && accessProblem(path, access, uid, leaves.has(path));
    if (problem !== undefined) return problem;
  }
  return undefined;
}

/** Returns the link in place of the folder of an agent's drop-in: the files behind it are not ours. */
export function linkedDropIns({ folders }: Observed, layout: Layout, agent: string): Change | undefined {
  const path = dropInFolder(layout, agent);
  return linkProblem(path, folders?.get(path));
}

/** Returns the problem of a drop-in's folder with foreign write access. */
export function unsafeDropIns({ folders, uid }: Observed, layout: Layout, agent: string): Change | undefined {
  const path = dropInFolder(layout, agent);
  const access = folders?.get(path)?.access;
  return access === undefined || uid === undefined ? undefined : accessProblem(path, access, uid, true);
}

/** Returns the mode of the env files' folder if it is too wide. */
export function wideEnvDir({ folders }: Observed, { envDir }: Layout): number | undefined {
  const mode = folders?.get(envDir)?.access?.mode;
  return mode === undefined || (mode & 0o077) === 0 ? undefined : mode;
}

function linkProblem(path: string, folder: ObservedFolder | undefined): Change | undefined {
  if (folder?.linkTo === undefined) return undefined;
  return { reason: "folder-unsafe", path, obstacle: "link", to: folder.linkTo };
}

/**
 * Returns the problem of a folder. In one with files of the fleet (`isLeaf`), others must not create files
 * either.
 */
function accessProblem(path: string, access: Access, uid: number, isLeaf: boolean): Change | undefined {
  const writer = isLeaf ? otherWriter(access, uid) : otherReplacer(access, uid);
  return writer === undefined
    ? undefined
    : { reason: "folder-unsafe", path, obstacle: "writer", writer, uid };
}
