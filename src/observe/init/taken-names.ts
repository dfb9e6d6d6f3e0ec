import { join } from "node:path/posix";
import { layoutOf } from "../../desired/layout.ts";
import { exists } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import type { Machine } from "../../machine/machine.ts";
import { readAppliedFile } from "../runtime/applied-file.ts";
import { readOtherFleets } from "../files/other-fleets.ts";

/**
 * Returns the names of fleets a new file may not take without sharing them with another file: the fleets of
 * this account, and `mosaic` if the account has a fleet.yaml for all folders. Leaves out a fleet of `file` itself.
 */
export function takenNames(file: string, machine: Machine): ReadonlySet<string> {
  const layout = layoutOf("mosaic", "mosaic-factory", machine);
  const names = readOtherFleets(layout).map(({ fleet }) => fleet);
  if (exists(layout.holderPath)) names.push("mosaic");
  const taken = names.filter(
    (name) => readAppliedFile(layoutOf(name, `${name}-factory`, machine), file)?.isThis !== true,
  );
  const shared = join(machine.configHome, "mosaic/fleet/fleet.yaml");
  return new Set(exists(shared) && realPath(shared) !== realPath(file) ? [...taken, "mosaic"] : taken);
}
