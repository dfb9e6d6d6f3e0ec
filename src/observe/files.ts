import { dirname, join } from "node:path/posix";
import { agentOfUnit, dropInPath, envPath, linkPath, type Layout } from "../desired/layout.ts";
import { suspensionSuffix } from "../desired/suspension.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { listFolder, readPath } from "../drivers/files/read.ts";
import { readFolders } from "./folders.ts";
import type { ObservedFile, ObservedFolder } from "./types.ts";

export interface FleetFiles {
  readonly files: ReadonlyMap<string, ObservedFile>;
  readonly folders: ReadonlyMap<string, ObservedFolder>;
}

/**
 * Everything that exists at the paths where a fleet keeps files: shared files, and for each name that has an env
 * file, a drop-in folder or an enablement link, all three of them; and who is suspended. With the folders that all that is in.
 */
export function readFleetFiles(layout: Layout): Result<FleetFiles> {
  const listed = listFleetFolders(layout);
  if (!listed.ok) return listed;
  const paths = [
    layout.holderPath,
    layout.templatePath,
    layout.scriptPath,
    ...listed.value.suspensions,
    ...listed.value.names.flatMap((name) => [
      envPath(layout, name),
      dropInPath(layout, name),
      linkPath(layout, name),
    ]),
  ];
  const files = new Map<string, ObservedFile>();
  for (const path of paths) {
    const found = readPath(path);
    if (found !== undefined) files.set(path, found);
  }
  const dropInFolders = listed.value.names.map((name) => dirname(dropInPath(layout, name)));
  const folders = readFolders(layout, dropInFolders);
  return folders.ok ? ok({ files, folders: folders.value }) : folders;
}

interface Listed {
  readonly names: readonly string[];
  /** Paths. */
  readonly suspensions: readonly string[];
}

function listFleetFolders(layout: Layout): Result<Listed> {
  try {
    const inEnvDir = listFolder(layout.envDir);
    const fromEnv = inEnvDir
      .filter((file) => file.endsWith(".env"))
      .map((file) => file.slice(0, -".env".length));
    const fromDropIns = listFolder(layout.unitDir)
      .filter((folder) => folder.endsWith(".service.d"))
      .map((folder) => agentOfUnit(layout, folder.slice(0, -".d".length)));
    const fromLinks = listFolder(layout.wantsDir).map((link) => agentOfUnit(layout, link));
    // Of `.env` the name is empty, and its unit would be the template.
    const names = [...fromEnv, ...fromDropIns, ...fromLinks].filter(
      (name): name is string => name !== undefined && name !== "",
    );
    const suspensions = inEnvDir.filter((file) => file.endsWith(suspensionSuffix));
    return ok({
      names: [...new Set(names)].sort(),
      suspensions: suspensions.map((file) => join(layout.envDir, file)),
    });
  } catch (error) {
    return fail("command-failed", `cannot read the fleet's folders below ${join(layout.unitDir, "../..")}`, {
      detail: error instanceof Error ? error.message : String(error),
      hint: "check the owner and mode of the folder; nothing was changed",
    });
  }
}
