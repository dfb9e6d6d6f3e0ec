import { dirname } from "node:path/posix";
import { otherReplacer, otherWriter, type Access } from "../../permissions/who-can-write.ts";
import { dropInPath, type Layout, isDropInFolder } from "../../desired/layout.ts";
import type { Observed, ObservedFolder } from "../../observed/types.ts";
import type { Change } from "../change.ts";

/**
 * Why nothing may be written to or removed from the fleet's folders, or undefined where all is well. Whoever else can write
 * to one of them decides what the agents run; and a folder that only the fleet makes must not lead elsewhere by a link, for
 * what is written and removed there would not be the fleet's. Folders above may be links, as people keep their configuration
 * elsewhere; then the check is of where they lead, too.
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

/** Where the folder of an agent's drop-in is a link: what is in there is not ours. */
export function linkedDropIns({ folders }: Observed, layout: Layout, agent: string): Change | undefined {
  const path = dirname(dropInPath(layout, agent));
  return linkProblem(path, folders?.get(path));
}

/** Where somebody else can write to the folder of an agent's drop-in. */
export function unsafeDropIns({ folders, uid }: Observed, layout: Layout, agent: string): Change | undefined {
  const path = dirname(dropInPath(layout, agent));
  const access = folders?.get(path)?.access;
  return access === undefined || uid === undefined ? undefined : accessProblem(path, access, uid, true);
}

/** The mode of the env files' folder where it is wider than it should be. */
export function wideEnvDir({ folders }: Observed, { envDir }: Layout): number | undefined {
  const mode = folders?.get(envDir)?.access?.mode;
  return mode === undefined || (mode & 0o077) === 0 ? undefined : mode;
}

function linkProblem(path: string, folder: ObservedFolder | undefined): Change | undefined {
  if (folder?.linkTo === undefined) return undefined;
  return { reason: "folder-unsafe", path, obstacle: "link", to: folder.linkTo };
}

/** In a folder `isLeaf` that holds files of the fleet, nobody else may make any either. */
function accessProblem(path: string, access: Access, uid: number, isLeaf: boolean): Change | undefined {
  const writer = isLeaf ? otherWriter(access, uid) : otherReplacer(access, uid);
  return writer === undefined
    ? undefined
    : { reason: "folder-unsafe", path, obstacle: "writer", writer, uid };
}
