import { join } from "node:path/posix";
import { packageRoot } from "../../drivers/files/package-root.ts";
import { exists } from "../../drivers/files/read.ts";

/** Returns the path of the schema for editors of a fleet.yaml: a file in its folder, or else the one of this program. */
export function schemaFor(folder: string): string {
  const beside = "fleet.schema.json";
  const own = join(packageRoot(), beside);
  // The line of editors ends at a space.
  return exists(join(folder, beside)) || !exists(own) || /\s/.test(own) ? `./${beside}` : own;
}
