import { dirname, join } from "node:path/posix";
import type { RenderedPlace } from "./rendered-files.ts";
import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { permissionsOf } from "../drivers/files/permissions.ts";
import { kindOf, listFolder, readPath } from "../drivers/files/read.ts";
import { namedByTemporary } from "../drivers/files/temporary.ts";
import type { ObservedFile } from "../observed/types.ts";
import { readHint } from "../diagnostics/error-hint.ts";
import { errorMessage } from "../text/error-message.ts";

/** The content of an output folder. Paths are relative to it. */
export interface FoundRendering {
  /** Files, links, and anything in the place of a folder. */
  readonly things: ReadonlyMap<string, ObservedFile>;
  /** The fleet's folders, by path, with their permission bits. */
  readonly folders: ReadonlyMap<string, number>;
  /** Final paths of a killed run's temporary files. */
  readonly leftovers: readonly string[];
}

/**
 * Reads the fleet's places in a folder; lists other things without reading them. Follows no links except the
 * folder's own path.
 */
export function readRendering(
  root: string,
  placeOf: (path: string) => RenderedPlace | undefined,
): Result<FoundRendering> {
  const things = new Map<string, ObservedFile>();
  const folders = new Map<string, number>();
  const leftovers: string[] = [];
  const observeThing = (path: string): void => {
    const full = join(root, path);
    // Its owner does not matter there, and it may be large.
    const isStray = !path.includes("/") && placeOf(path) === undefined;
    const found = isStray ? { kind: "other" as const } : readPath(full);
    if (found === undefined) return;
    if (found.kind === "other" && placeOf(path)?.kind === "folder" && kindOf(full) === "directory") {
      folders.set(path, permissionsOf(full)?.mode ?? 0);
      for (const name of listFolder(full)) observeThing(join(path, name));
      return;
    }
    const becomes = namedByTemporary(path.slice(path.lastIndexOf("/") + 1));
    if (becomes !== undefined && isPlaceForFiles(placeOf(join(dirname(path), becomes)))) {
      leftovers.push(join(dirname(path), becomes));
    } else things.set(path, found);
  };
  try {
    for (const name of listFolder(root)) observeThing(name);
    return ok({ things, folders, leftovers });
  } catch (error) {
    return fail("file-unreadable", `cannot read all of ${root}`, {
      detail: errorMessage(error),
      hint: readHint(error),
    });
  }
}

function isPlaceForFiles(place: RenderedPlace | undefined): boolean {
  return place !== undefined && place.kind !== "folder";
}
