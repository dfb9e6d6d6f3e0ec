import { basename, dirname, join } from "node:path/posix";
import { completionSuffix } from "../../desired/marks/completion.ts";
import {
  agentOfTimer,
  agentOfUnit,
  dropInPath,
  envPath,
  linkPath,
  sharedPaths,
  timerLinkPath,
  timerPath,
  timersDir,
  unitFilePath,
  type Layout,
  isDropInFolder,
} from "../../desired/layout.ts";
import { suspensionSuffix } from "../../desired/marks/suspension.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { listFolder, readLikelyLink, readPath } from "../../drivers/files/read.ts";
import { readFolders } from "./folders.ts";
import type { ObservedFile, ObservedFolder } from "../../observed/types.ts";
import { readHint } from "../../diagnostics/error-hint.ts";
import { errorMessage } from "../../text/error-message.ts";

export interface FleetFiles {
  readonly files: ReadonlyMap<string, ObservedFile>;
  readonly folders: ReadonlyMap<string, ObservedFolder>;
}

/**
 * Reads all existing files of a fleet: shared files, env files, drop-ins and enablement links of all agents,
 * unit files of services, with the suspended and completed agents, and the folders of these files. With `only`, those
 * of these agents.
 */
export function readFleetFiles(layout: Layout, only?: ReadonlySet<string>): Result<FleetFiles> {
  const listed = listFleetFolders(layout, only);
  if (!listed.ok) return listed;
  const paths = [...sharedPaths(layout), ...listed.value.words, ...listed.value.paths];
  const files = new Map<string, ObservedFile>();
  const observePath = (path: string, read: typeof readPath): void => {
    const found = read(path);
    if (found !== undefined) files.set(path, found);
  };
  for (const path of paths) observePath(path, readPath);
  for (const path of listed.value.links) observePath(path, readLikelyLink);
  const folders = readFolders(layout, listed.value.dropInFolders);
  return folders.ok ? ok({ files, folders: folders.value }) : folders;
}

interface Listed {
  /** Paths of env files, drop-ins and unit files of services; for a drop-in, only its folder is known to exist. */
  readonly paths: readonly string[];
  readonly links: readonly string[];
  readonly dropInFolders: readonly string[];
  /** Files that mark an agent as suspended or completed. */
  readonly words: readonly string[];
}

function listFleetFolders(layout: Layout, only: ReadonlySet<string> | undefined): Result<Listed> {
  /** Returns false for the empty name of `.env`, because its unit would be the template. */
  const isName = (name: string | undefined): name is string =>
    name !== undefined && name !== "" && (only?.has(name) ?? true);
  try {
    const inEnvDir = listFolder(layout.envDir);
    const withEnv = inEnvDir
      .filter((file) => file.endsWith(".env"))
      .map((file) => file.slice(0, -".env".length));
    const inUnitDir = listFolder(layout.unitDir);
    const withDropIns = inUnitDir
      .filter(isDropInFolder)
      .map((folder) => agentOfUnit(layout, folder.slice(0, -".d".length)));
    // The unit files of services. Another file of such a name is a person's own, and has no mark.
    const withUnitFile = inUnitDir.map((file) => agentOfUnit(layout, file));
    const withTimer = inUnitDir.map((file) => agentOfTimer(layout, file)).filter(isName);
    // Its folder may hold many timers of a person.
    const timerLinks = inUnitDir.includes(basename(timersDir(layout))) ? listFolder(timersDir(layout)) : [];
    const withTimerLink = timerLinks.map((file) => agentOfTimer(layout, file)).filter(isName);
    const withLink = listFolder(layout.wantsDir).map((link) => agentOfUnit(layout, link));
    // Skips files without a folder: with a thousand agents the calls add up.
    const dropIns = withDropIns.filter(isName).map((name) => dropInPath(layout, name));
    return ok({
      paths: [
        ...withEnv.filter(isName).map((name) => envPath(layout, name)),
        ...dropIns,
        ...withUnitFile.filter(isName).map((name) => unitFilePath(layout, name)),
        ...withTimer.map((name) => timerPath(layout, name)),
      ],
      links: [
        ...withLink.filter(isName).map((name) => linkPath(layout, name)),
        ...withTimerLink.map((name) => timerLinkPath(layout, name)),
      ],
      dropInFolders: dropIns.map((path) => dirname(path)),
      words: inEnvDir
        .filter((file) => file.endsWith(suspensionSuffix) || file.endsWith(completionSuffix))
        .map((file) => join(layout.envDir, file)),
    });
  } catch (error) {
    return fail("file-unreadable", `cannot read the fleet's folders below ${join(layout.unitDir, "../..")}`, {
      detail: errorMessage(error),
      hint: readHint(error),
    });
  }
}
