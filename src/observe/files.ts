import { join } from "node:path/posix";
import { agentOfUnit, dropInPath, envPath, linkPath, type Layout } from "../desired/layout.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { listFolder, readPath } from "../drivers/files/read.ts";
import type { ObservedFile } from "./types.ts";

/**
 * Everything that exists at the paths where a fleet keeps files: shared files, and for each name that has an env
 * file, a drop-in folder or an enablement link, all three of them.
 */
export function readFleetFiles(layout: Layout): Result<ReadonlyMap<string, ObservedFile>> {
  const names = namesWithFiles(layout);
  if (!names.ok) return names;
  const paths = [
    layout.holderPath,
    layout.templatePath,
    layout.scriptPath,
    ...names.value.flatMap((name) => [
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
  return ok(files);
}

function namesWithFiles(layout: Layout): Result<readonly string[]> {
  try {
    const fromEnv = listFolder(layout.envDir)
      .filter((file) => file.endsWith(".env"))
      .map((file) => file.slice(0, -".env".length));
    const fromDropIns = listFolder(layout.unitDir)
      .filter((folder) => folder.endsWith(".service.d"))
      .map((folder) => agentOfUnit(layout, folder.slice(0, -".d".length)));
    const fromLinks = listFolder(layout.wantsDir).map((link) => agentOfUnit(layout, link));
    const names = [...fromEnv, ...fromDropIns, ...fromLinks].filter((name) => name !== undefined);
    return ok([...new Set(names)].sort());
  } catch (error) {
    return fail("command-failed", `cannot read the fleet's folders below ${join(layout.unitDir, "../..")}`, {
      detail: error instanceof Error ? error.message : String(error),
      hint: "check the owner and mode of the folder; nothing was changed",
    });
  }
}
