import { dirname } from "node:path/posix";
import type { Layout } from "../../desired/layout.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import { exists, folderTimes } from "../../drivers/files/read.ts";
import { showUnitFiles, unitsReadAt } from "../../drivers/systemd/unit-files.ts";
import type { Exec } from "../../system/exec.ts";
import type { ObservedFile, ObservedTmux, ObservedUnit } from "../../observed/types.ts";
import type { FleetFiles } from "../files/fleet-files.ts";
import { readControllers } from "./controllers.ts";
import { findOverrides, type FoundOverrides } from "./override-files.ts";
import type { ObservedInForce } from "../../observed/in-force.ts";
import { unitsReadAfter } from "./units-read.ts";
import { readHint } from "../../diagnostics/error-hint.ts";
import { errorMessage } from "../../text/error-message.ts";

/** The second half of an observation, with the units and the tmux server. */
export type FinishInForce = (
  units: readonly ObservedUnit[],
  tmux: ObservedTmux,
  uid: number,
) => Promise<Result<ObservedInForce>>;

/**
 * Begins to observe the state in force apart from the fleet's own files. Usually this only lists folders. It
 * asks systemctl only if a file or folder is younger than the loaded units: once for the time of the reload,
 * and once for the files of all units if a folder's entries have changed since.
 */
export function beginInForce(layout: Layout, own: FleetFiles | undefined, exec: Exec): FinishInForce {
  const found = readOverrides(layout);
  if (!found.ok) return async () => found;
  const { files, folders } = found.value;
  const changes = [
    ...changedFilesOf(own?.files ?? new Map()),
    ...files.map(({ file, changedMs }) => ({ path: file.path, changedMs })),
  ];
  const changeOfFolder = (path: string): number =>
    own?.folders.get(path)?.changedMs ?? folderTimes(path)?.changedMs ?? 0;
  const foldersChanged = Math.max(0, ...removalFolders(layout, folders).map(changeOfFolder));
  const known = unitsReadAfter(dirname(layout.stateDir));
  const isClear = foldersChanged <= known && changes.every(({ changedMs }) => changedMs <= known);
  const asked = isClear ? undefined : unitsReadAt(exec);

  return async (units, tmux, uid) => {
    const readAt = asked === undefined ? ok(known) : await asked;
    if (!readAt.ok) return readAt;
    // If systemd does not say it, nothing is known to be unread.
    const sinceMs = readAt.value === undefined ? Infinity : Math.max(known, readAt.value);
    const now = Date.now();
    // A time in the future was written before the clock was set back.
    const isUnreadAt = (changedMs: number): boolean => changedMs > sinceMs && changedMs <= now;
    const stale = isUnreadAt(foldersChanged) ? await findStale(exec, units) : ok(new Map<string, string>());
    if (!stale.ok) return stale;
    return ok({
      overrides: files.map(({ file }) => file),
      unread: changes.filter(({ changedMs }) => isUnreadAt(changedMs)).map(({ path }) => path),
      stale: stale.value,
      controllers: readControllers(tmux, uid),
    });
  };
}

function readOverrides(layout: Layout): Result<FoundOverrides> {
  try {
    return ok(findOverrides(layout));
  } catch (error) {
    return fail("file-unreadable", "cannot list the folders in which systemd looks for units", {
      detail: errorMessage(error),
      hint: readHint(error),
    });
  }
}

interface ChangedFile {
  readonly path: string;
  readonly changedMs: number;
}

/** Returns the fleet's files systemd reads. */
function changedFilesOf(own: ReadonlyMap<string, ObservedFile>): readonly ChangedFile[] {
  const changes: ChangedFile[] = [];
  for (const [path, file] of own) {
    if (file.kind !== "file" || file.changedMs === undefined) continue;
    if (path.endsWith(".service") || path.endsWith(".conf"))
      changes.push({ path, changedMs: file.changedMs });
  }
  return changes;
}

/**
 * Returns the folders with a time that may reveal a removed override: those of drop-ins, and their parents
 * with units of people and `systemctl`. Packages and transient units change the other folders all the time.
 */
function removalFolders({ unitPath, unitDir }: Layout, dropInFolders: readonly string[]): readonly string[] {
  const above = unitPath.filter((dir) => dir.endsWith("/user.control") || dir.includes("/.local/"));
  return [dirname(unitDir), unitDir, ...above, ...dropInFolders];
}

/** Returns the loaded units with a missing file. */
async function findStale(
  exec: Exec,
  units: readonly ObservedUnit[],
): Promise<Result<ReadonlyMap<string, string>>> {
  const shown = await showUnitFiles(
    exec,
    units.map(({ name }) => name),
  );
  if (!shown.ok) return shown;
  const stale = new Map<string, string>();
  for (const { unit, paths } of shown.value) {
    const gone = paths.find((path) => !exists(path));
    if (gone !== undefined) stale.set(unit, gone);
  }
  return ok(stale);
}
