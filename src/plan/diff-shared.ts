import type { Desired, DesiredFile } from "../desired/types.ts";
import { readMark } from "../desired/marks.ts";
import type { Observed } from "../observe/types.ts";
import { writeFile } from "./actions.ts";
import { changedDirectives, diffFile, modeDetail } from "./diff-file.ts";
import type { Action, Change, FileChange, Reason } from "./types.ts";

/** Changes to holder unit, template and script, or the one of them that is somebody else's. */
export interface SharedDiff {
  readonly changes: readonly FileChange[];
  readonly actions: readonly Action[];
  readonly foreign: Change | undefined;
}

/** Compares the files that all agents share with what was observed. */
export function diffShared(desired: Desired, observed: Observed): SharedDiff {
  const foreign = desired.shared.find((file) => isForeign(file, desired, observed));
  if (foreign !== undefined) {
    const detail = `${foreign.path} exists`;
    return { changes: [], actions: [], foreign: { reason: "not-ours", detail } };
  }
  const changes = desired.shared.flatMap((file) => sharedChange(file, observed));
  const actions = desired.shared.flatMap((file) => {
    const change = changes.find(({ path }) => path === file.path);
    return change === undefined ? [] : [writeFile(file, { reason: change.reason })];
  });
  return { changes, actions, foreign: undefined };
}

function isForeign({ path }: DesiredFile, { layout }: Desired, { files }: Observed): boolean {
  const found = files.get(path);
  if (found === undefined) return false;
  return found.kind !== "file" || readMark(found.content)?.fleet !== layout.fleet;
}

function sharedChange(file: DesiredFile, { files }: Observed): readonly FileChange[] {
  const { path, role } = file;
  const found = files.get(path);
  const difference = diffFile(file, found);
  if (difference === undefined || role === "env" || role === "drop-in") return [];
  const reason: Reason =
    difference === "content-changed" ? "unit-changed" : difference === "file-missing" ? "new" : difference;
  const before = found?.kind === "file" ? found.content : undefined;
  const names = before === undefined || role === "script" ? [] : changedDirectives(before, file.content);
  const detail = reason === "mode-changed" ? modeDetail(file, found) : names.join(", ") || undefined;
  return [{ path, role, reason, detail }];
}
