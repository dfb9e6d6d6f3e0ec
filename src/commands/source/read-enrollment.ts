import { parseSource } from "../../config/source/parse-source.ts";
import { sourceText } from "../../config/source/source-text.ts";
import { layoutOf, watchLockPath, type Layout } from "../../desired/layout.ts";
import { version } from "../../desired/version.ts";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { readContent, readPath } from "../../drivers/files/read.ts";
import { realPath } from "../../drivers/files/real-path.ts";
import { readLockHolder } from "../../observe/watch/lock-holder.ts";
import { installedFleets, readWatcher } from "../../observe/watch/watcher.ts";
import { otherWatchProblem } from "../../report/source/enroll-text.ts";
import type { Enrollment } from "../../source/enroll/enrollment.ts";
import { signerKeys } from "../../source/enroll/signer-keys.ts";
import { signersFile, type SourcePaths } from "../../source/source-paths.ts";
import { expandHome } from "../../text/paths.ts";
import type { Context } from "../shared/context.ts";
import type { TriedSource } from "./try-source.ts";

/** Reads the present enrollment of this machine. `isInLine`: the service of its watch is as it would be now. */
export function readEnrollment(
  paths: SourcePaths,
  fleet: string,
  isInLine: boolean,
  { machine }: Context,
): Enrollment {
  const text = safeContent(paths.settings);
  const parsed = text === undefined ? undefined : parseSource(text, paths.settings);
  const settings = parsed?.ok === true ? parsed.value : undefined;
  const verify = settings?.verify;
  const used = verify?.kind === "signers" ? expandHome(verify.allowedSigners, machine.home) : undefined;
  return {
    settings,
    signers: used === undefined ? [] : signerKeys(readContent(used) ?? ""),
    texts: [text, safeContent(signersFile(fleet, machine))],
    watch: { version: readWatcher(layoutFor(fleet, machine))?.version, isInLine },
  };
}

/** Returns the enrollment of this machine with a source. The file of signers stays if no signature counts. */
export function enrollmentWith({ settings, signers }: TriedSource, { texts }: Enrollment): Enrollment {
  return {
    settings,
    signers: signerKeys(signers ?? ""),
    texts: [sourceText(settings), signers ?? texts[1]],
    watch: { version, isInLine: true },
  };
}

/** Returns a layout of a fleet for its watch, which needs no socket of tmux. */
export function layoutFor(fleet: string, machine: Context["machine"]): Layout {
  return layoutOf(fleet, `${fleet}-factory`, machine);
}

/** Returns a problem if a watch of the fleet follows something else, or was started by hand. */
export function otherWatch(
  { settings, fleetFile }: SourcePaths,
  fleet: string,
  { machine }: Context,
): Diagnostic | undefined {
  const layout = layoutFor(fleet, machine);
  const followed = readLockHolder(watchLockPath(layout))?.file;
  if (followed !== undefined && realPath(followed) !== realPath(fleetFile))
    return otherWatchProblem(fleet, { kind: "file", file: followed });
  const watcher = readWatcher(layout);
  if (watcher?.pid !== undefined && !watcher.isService) return otherWatchProblem(fleet, { kind: "by-hand" });
  const isOfFleet = (each: string): boolean => each === fleet;
  const isInstalled = installedFleets(machine).some(isOfFleet);
  if (isInstalled && !installedFleets(machine, settings).some(isOfFleet))
    return otherWatchProblem(fleet, { kind: "service", unit: watcher?.unit ?? "" });
  return undefined;
}

/** Returns the content of a file nobody else can write; undefined for any other. */
function safeContent(path: string): string | undefined {
  const file = readPath(path);
  return file?.kind === "file" && (file.mode & 0o022) === 0 ? file.content : undefined;
}
