import { dirname, join } from "node:path/posix";
import type { RenderedPlace } from "./rendered-files.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { permissionsOf } from "../drivers/files/permissions.ts";
import { kindOf, listFolder, readPath } from "../drivers/files/read.ts";
import { namedByTemporary } from "../drivers/files/temporary.ts";
import type { ObservedFile } from "../observed/types.ts";
import { errorMessage } from "../text/error-message.ts";

/** What is in a folder that a fleet is rendered into. Paths are relative to it. */
export interface FoundRendering {
  /** Files, links, and whatever stands where no folder of the fleet would be. */
  readonly things: ReadonlyMap<string, ObservedFile>;
  /** The fleet's folders, by path, with their permission bits. */
  readonly folders: ReadonlyMap<string, number>;
  /** Temporary files of a run that was killed: the paths that they were to be renamed to. */
  readonly leftovers: readonly string[];
}

/**
 * Reads a folder as far as the fleet has places in it; what else is there is named, and not looked into. Links are not
 * followed but for the folder's own path.
 */
export function readRendering(
  root: string,
  placeOf: (path: string) => RenderedPlace | undefined,
): Result<FoundRendering> {
  const things = new Map<string, ObservedFile>();
  const folders = new Map<string, number>();
  const leftovers: string[] = [];
  const look = (path: string): void => {
    const full = join(root, path);
    // Whose that is does not matter there, and it may be large.
    const isStray = !path.includes("/") && placeOf(path) === undefined;
    const found = isStray ? { kind: "other" as const } : readPath(full);
    if (found === undefined) return;
    if (found.kind === "other" && placeOf(path)?.kind === "folder" && kindOf(full) === "directory") {
      folders.set(path, permissionsOf(full)?.mode ?? 0);
      for (const name of listFolder(full)) look(join(path, name));
      return;
    }
    const becomes = namedByTemporary(path.slice(path.lastIndexOf("/") + 1));
    if (becomes !== undefined && isPlaceForFiles(placeOf(join(dirname(path), becomes)))) {
      leftovers.push(join(dirname(path), becomes));
    } else things.set(path, found);
  };
  try {
    for (const name of listFolder(root)) look(name);
    return ok({ things, folders, leftovers });
  } catch (error) {
    return fail("file-unreadable", `cannot read all of ${root}`, {
      detail: errorMessage(error),
      hint: "check the owner and mode of the folder; nothing was changed",
    });
  }
}

function isPlaceForFiles(place: RenderedPlace | undefined): boolean {
  return place !== undefined && place.kind !== "folder";
}
