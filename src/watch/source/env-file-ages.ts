import type { FleetConfig } from "../../config/types.ts";
import { expandHome } from "../../text/paths.ts";
import { instancesOf } from "../../desired/instances.ts";
import { changedAtMs } from "../../drivers/files/read.ts";

/** Returns for how long the envFiles of each agent have not been touched, ms. The youngest of several files counts. */
export function envFileAges(config: FleetConfig, home: string): ReadonlyMap<string, number> {
  const now = Date.now();
  const ages = new Map<string, number>();
  const ageOf = (path: string): number => {
    const known = ages.get(path) ?? ageAt(now, changedAtMs(path));
    ages.set(path, known);
    return known;
  };
  return new Map(
    instancesOf(config).flatMap(({ name, entry }) => {
      const { envFiles: paths = [] } = entry;
      if (paths.length === 0) return [];
      return [[name, Math.min(...paths.map((path) => ageOf(expandHome(path, home))))] as const];
    }),
  );
}

/** Returns the age of a change. A time in the future was recorded before the clock was set. */
function ageAt(now: number, changedMs: number | undefined): number {
  return changedMs === undefined || changedMs > now ? Infinity : now - changedMs;
}
