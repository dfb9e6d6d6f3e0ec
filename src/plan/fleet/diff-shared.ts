import type { Desired, DesiredFile } from "../../desired/types.ts";
import { readMark } from "../../desired/marks/file-mark.ts";
import type { Observed, ObservedFile } from "../../observed/types.ts";
import { daemonReloadAction, setModeAction, writeFileAction } from "../actions.ts";
import { ownedNames } from "../view/agent-view.ts";
import { changedDirectives, changeOfFile, compareFile, type FileDifference } from "../config/compare-file.ts";
import { fileEdit } from "../../diffs/file-edit.ts";
import { wideEnvDir } from "../view/folder-check.ts";
import { foreignChange } from "../blocked/foreign-things.ts";
import { sharedNotLoaded } from "../in-force/not-loaded.ts";
import type { Change } from "../change.ts";
import type { Action, FileChange } from "../types.ts";
import { envDirMode } from "../../desired/layout.ts";

/** Changes to holder unit, template and script, or the foreign one of them. */
export interface SharedDiff {
  readonly changes: readonly FileChange[];
  readonly actions: readonly Action[];
  readonly foreign: Change | undefined;
}

/**
 * Compares the shared files of all agents with the observed ones. With `isAdoption`, unmarked files are taken
 * over.
 */
export function diffShared(desired: Desired, observed: Observed, isAdoption = false): SharedDiff {
  const foreign = desired.shared.find((file) => isForeign(file, desired, observed, isAdoption));
  if (foreign !== undefined) {
    const found = observed.files.get(foreign.path);
    return { changes: [], actions: [], foreign: found && foreignChange(foreign.path, found) };
  }
  const isInstalled = fleetExists(desired, observed);
  const changes = desired.shared.flatMap((file) => sharedChange(file, observed, isInstalled));
  const actions = desired.shared.flatMap((file) => {
    const change = changes.find(({ path }) => path === file.path);
    return change === undefined ? [] : [writeFileAction(file, { reason: change.reason })];
  });
  const folder = envFolderDiff(desired, observed);
  const written = new Set(changes.map(({ path }) => path));
  const unread = isAdoption
    ? []
    : sharedNotLoaded(desired, observed).filter(({ path }) => !written.has(path));
  return {
    changes: [...changes, ...folder.changes, ...unread],
    actions: [
      ...actions,
      ...folder.actions,
      ...(unread.length > 0 ? [daemonReloadAction("not-loaded")] : []),
    ],
    foreign: undefined,
  };
}

function envFolderDiff({ layout }: Desired, observed: Observed): Omit<SharedDiff, "foreign"> {
  const mode = wideEnvDir(observed, layout);
  if (mode === undefined) return { changes: [], actions: [] };
  const reason = "mode-changed";
  return {
    changes: [{ path: layout.envDir, role: "env-folder", reason, mode: { found: mode, wanted: envDirMode } }],
    actions: [setModeAction(layout.envDir, envDirMode, { reason })],
  };
}

/** Returns true if anything of the fleet exists: then a missing file was removed. */
function fleetExists(desired: Desired, observed: Observed): boolean {
  return (
    desired.shared.some(({ path }) => observed.files.has(path)) ||
    ownedNames(observed, desired.layout).length > 0
  );
}

/**
 * Returns true for a file without a mark: it was copied by hand, and an accidental takeover must not happen.
 */
function isForeign(
  { path }: DesiredFile,
  { layout }: Desired,
  { files }: Observed,
  isAdoption: boolean,
): boolean {
  const found = files.get(path);
  if (found === undefined) return false;
  if (found.kind !== "file") return true;
  const mark = readMark(found.content);
  return mark === undefined ? !isAdoption : mark.fleet !== layout.fleet;
}

function sharedChange(file: DesiredFile, { files }: Observed, isInstalled: boolean): readonly FileChange[] {
  const { path, role } = file;
  const found = files.get(path);
  const difference = compareFile(file, found);
  if (difference === undefined || !isShared(role)) return [];
  return [
    { ...changeOfShared(difference, file, found, isInstalled), path, role, edit: fileEdit(file, found) },
  ];
}

function changeOfShared(
  difference: FileDifference,
  file: DesiredFile,
  found: ObservedFile | undefined,
  isInstalled: boolean,
): Change {
  const before = found?.kind === "file" ? found.content : undefined;
  const isUnit = before !== undefined && (file.role === "holder" || file.role === "template");
  const directives = isUnit ? changedDirectives(before, file.content) : [];
  const change = changeOfFile(difference, {
    declared: { reason: "unit-changed", directives },
    missing: isInstalled ? undefined : { reason: "new" },
  });
  return change.reason === "file-edited" ? { ...change, directives } : change;
}

function isShared(role: DesiredFile["role"]): role is Exclude<FileChange["role"], "env-folder" | "override"> {
  return (
    role !== "env" &&
    role !== "drop-in" &&
    role !== "unit" &&
    role !== "timer" &&
    role !== "suspension" &&
    role !== "watch"
  );
}
