import type { Layout } from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import { programOfWatch, watchUnit, watchUnitPath } from "../../desired/files/watch-service.ts";
import { exists, readPath } from "../../drivers/files/read.ts";

/** The installed unit of a fleet's watch. */
export interface InstalledWatch {
  readonly unit: string;
  /** The missing program or script of the unit, for example after an upgrade of node. */
  readonly missing: string | undefined;
}

/** Returns the installed service that watches the fleet; undefined if there is none. */
export function readInstalledWatch(layout: Layout): InstalledWatch | undefined {
  const file = readPath(watchUnitPath(layout));
  if (file?.kind !== "file" || readMark(file.content)?.fleet !== layout.fleet) return undefined;
  const missing = programOfWatch(file.content)?.find((path) => path.startsWith("/") && !exists(path));
  return { unit: watchUnit(layout), missing };
}
