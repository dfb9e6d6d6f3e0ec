import type { Layout } from "../../desired/layout.ts";
import { isEdited, readMark } from "../../desired/marks/file-mark.ts";
import type { ServicePlace, UserService } from "../../desired/files/watch-service.ts";
import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { ObservedFile, ObservedUnit } from "../../observed/types.ts";
import {
  daemonReloadAction,
  removeFileAction,
  resetFailedAction,
  restartAction,
  startAction,
  stopAction,
  unlinkAction,
  writeFileAction,
  linkAction,
} from "../actions.ts";
import { composePlan } from "../compose-plan.ts";
import { needsReload, orderActions } from "../order.ts";
import type { Action, Plan } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/** The observed service of a fleet: of its watch, or of its page. */
export interface ObservedService {
  readonly file: ObservedFile | undefined;
  readonly link: ObservedFile | undefined;
  readonly unit: ObservedUnit | undefined;
}

const cause = { reason: "requested" } as const;

/** Longest time for the end of a service, ms: TimeoutStopSec= of the watch's unit. */
const stopTimeoutMs = 30_000;

/** Writes, enables and starts the service; restarts a running one, because it may be of another version. */
export function planInstall(
  layout: Layout,
  { unit, file, link }: UserService,
  seen: ObservedService,
): Result<Plan> {
  const foreign = checkServiceIsOurs(layout, { unit, path: file.path, linkPath: link.path }, seen);
  if (!foreign.ok) return foreign;
  const isWritten = isWrittenAs(file, seen);
  const isLinked = isLinkedAs(link, seen);
  const phase = unitPhase(seen.unit);
  const files = [
    ...(isWritten ? [] : [writeFileAction(file, cause)]),
    ...(isLinked ? [] : [linkAction(link, cause)]),
  ];
  const go = isUp(phase)
    ? [restartAction(unit, { ...cause, timeoutMs: stopTimeoutMs, cost: "none" })]
    : [...(phase === "failed" ? [resetFailedAction(unit, cause)] : []), startAction(unit, cause)];
  return ok(planOf(layout, [...files, ...go]));
}

/** Returns true if the service is installed exactly so, and runs. */
export function isInstalledAs({ file, link }: UserService, seen: ObservedService): boolean {
  return isWrittenAs(file, seen) && isLinkedAs(link, seen) && unitPhase(seen.unit) === "running";
}

function isWrittenAs({ content, mode }: UserService["file"], { file }: ObservedService): boolean {
  return file?.kind === "file" && file.content === content && file.mode === mode;
}

function isLinkedAs({ target }: UserService["link"], { link }: ObservedService): boolean {
  return link?.kind === "link" && link.target === target;
}

/** Stops and removes it. The fleet stays as it is. */
export function planUninstall(layout: Layout, place: ServicePlace, seen: ObservedService): Result<Plan> {
  const foreign = checkServiceIsOurs(layout, place, seen);
  if (!foreign.ok) return foreign;
  const { linkPath, path, unit } = place;
  const phase = unitPhase(seen.unit);
  return ok(
    planOf(layout, [
      ...(isUp(phase) ? [stopAction(unit, { ...cause, timeoutMs: stopTimeoutMs, cost: "none" })] : []),
      ...(phase === "failed" ? [resetFailedAction(unit, cause)] : []),
      ...(seen.link === undefined ? [] : [unlinkAction(linkPath, cause)]),
      ...(seen.file === undefined ? [] : [removeFileAction(path, layout, cause)]),
    ]),
  );
}

function planOf(layout: Layout, actions: readonly Action[]): Plan {
  const reload = actions.some(needsReload) ? [daemonReloadAction(cause.reason)] : [];
  return composePlan(layout, [], orderActions([...actions, ...reload], layout.holderUnit));
}

/**
 * Refuses foreign files: only the fleet's unchanged files are replaced, stopped or removed. A link and a unit
 * carry no mark: they are ours if the file is, or if the link has our target.
 */
function checkServiceIsOurs(
  layout: Layout,
  { linkPath, path, unit: name }: ServicePlace,
  { file, link, unit }: ObservedService,
): Result<void> {
  const isMarked = file?.kind === "file" && readMark(file.content)?.fleet === layout.fleet;
  if (file !== undefined && !isMarked) return foreignService(`${path} is there`, layout);
  if (isMarked && isEdited(file.content)) {
    return fail("blocked", `${path} was edited by hand`, {
      detail: "Nothing was changed.",
      hint: `put your additions into a drop-in (systemctl --user edit ${name}), and remove the file`,
    });
  }
  const isOurs = isMarked || (link?.kind === "link" && link.target === path);
  if (link !== undefined && !(link.kind === "link" && isOurs)) {
    return foreignService(`${linkPath} is there`, layout);
  }
  if (!isOurs && isUp(unitPhase(unit))) return foreignService(`${name} runs already`, layout);
  return ok(undefined);
}

function foreignService(what: string, { fleet }: Layout): Result<void> {
  return fail("blocked", `${what}, without the mark of fleet ${fleet}`, {
    detail: "Nothing was changed.",
    hint: "move it away, if it is not needed",
  });
}
