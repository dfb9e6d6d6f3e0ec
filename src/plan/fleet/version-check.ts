import type { Layout } from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import { version } from "../../desired/version.ts";
import { compareVersions } from "../../text/compare-versions.ts";
import type { Observed, ObservedWatch } from "../../observed/types.ts";
import type { Change } from "../types.ts";

/** Returns the version that has installed the fleet, if that is newer than this one. */
function newerInstalled({ files }: Observed, { scriptPath, fleet }: Layout): string | undefined {
  const script = files.get(scriptPath);
  const mark = script?.kind === "file" ? readMark(script.content) : undefined;
  const found = mark?.fleet === fleet ? mark.version : undefined;
  return found !== undefined && compareVersions(version, found) < 0 ? found : undefined;
}

/**
 * Returns why a watch changes nothing: a newer version has installed the fleet, and the watch would take that back, and
 * restart agents for it, whenever the newer one writes again (Unitech/pm2#1592).
 */
export function newerHindrance(observed: Observed, layout: Layout): Change | undefined {
  const newer = newerInstalled(observed, layout);
  if (newer === undefined) return undefined;
  const detail = `mosaic-fleet ${newer} has installed this fleet, and this watch runs ${version}`;
  return { reason: "newer-version", detail };
}

/** Returns what people should know of versions that do not fit together, as whole sentences. */
export function versionNotes(observed: Observed, layout: Layout, isWatch: boolean): readonly string[] {
  const newer = newerInstalled(observed, layout);
  const { watch } = observed;
  const isOther = watch !== undefined && watch.version !== version;
  return [
    ...(newer === undefined || isWatch
      ? []
      : [
          `mosaic-fleet ${newer} has installed this fleet, and this is ${version}: ` +
            "an apply takes its start script and units back. Use the newer version.",
        ]),
    ...(isOther && !isWatch ? [otherWatch(watch)] : []),
  ];
}

function otherWatch({ pid, unit, version: its }: ObservedWatch): string {
  const what = its === undefined ? "an earlier version" : `version ${its}`;
  return `The watch of this fleet (process ${pid}) runs ${what}, and this is ${version}: ${renewal({ unit, version: its })}.`;
}

/** Says what to do about a watch of another version. */
export function renewal({ unit, version: its }: Pick<ObservedWatch, "unit" | "version">): string {
  if (its !== undefined && compareVersions(its, version) > 0) return "use the newer version";
  return unit === undefined
    ? "end it where it was started, and start fleet watch again"
    : "run fleet watch --install, which starts it anew and touches no agent";
}

/** Returns true if there is a watch that takes back what this version writes. */
export function watchTakesBack({ watch }: Pick<Observed, "watch">): boolean {
  if (watch === undefined || watch.version === version) return false;
  // An older one that knows of versions changes nothing of a newer fleet.
  return watch.version === undefined || compareVersions(watch.version, version) >= 0;
}
