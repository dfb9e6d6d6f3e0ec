import type { Layout } from "../../desired/layout.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import { version } from "../../desired/version.ts";
import { compareVersions } from "../../text/compare-versions.ts";
import type { Observed, ObservedWatch } from "../../observed/types.ts";
import type { Change } from "../change.ts";
import type { Note } from "../note.ts";

/** Returns the version that has installed the fleet, if it is newer than this one. */
function newerInstalled({ files }: Observed, { scriptPath, fleet }: Layout): string | undefined {
  const script = files.get(scriptPath);
  const mark = script?.kind === "file" ? readMark(script.content) : undefined;
  const found = mark?.fleet === fleet ? mark.version : undefined;
  return found !== undefined && compareVersions(version, found) < 0 ? found : undefined;
}

/**
 * Returns the reason for a watch to change nothing: a newer version has installed the fleet. The watch would
 * revert that, and restart agents for it, after each write of the newer one (Unitech/pm2#1592).
 */
export function newerHindrance(observed: Observed, layout: Layout): Change | undefined {
  const newer = newerInstalled(observed, layout);
  return newer === undefined ? undefined : { reason: "newer-version", installed: newer, own: version };
}

/** Returns the notes on versions that conflict. */
export function versionNotes(observed: Observed, layout: Layout, isWatch: boolean): readonly Note[] {
  const newer = newerInstalled(observed, layout);
  const { watch } = observed;
  const isOther = watch !== undefined && watch.version !== version;
  return [
    ...(newer === undefined || isWatch
      ? []
      : [{ kind: "newer-version", installed: newer, own: version } as const]),
    ...(isOther && !isWatch ? [otherWatchNote(watch)] : []),
  ];
}

function otherWatchNote({ pid, unit, version: its }: ObservedWatch): Note {
  return { kind: "other-watch", pid, own: version, version: its, unit };
}

/** Returns true if a watch reverts the files of this version. */
export function watchTakesBack({ watch }: Pick<Observed, "watch">): boolean {
  if (watch === undefined || watch.version === version) return false;
  // An older watch with a check of versions changes nothing of a newer fleet.
  return watch.version === undefined || compareVersions(watch.version, version) >= 0;
}
