import type { DesiredAgent } from "../../desired/types.ts";
import { timerLinkPath, timerPath, timerUnit, type Layout } from "../../desired/layout.ts";
import { fileEdit } from "../../diffs/file-edit.ts";
import {
  linkAction,
  removeFileAction,
  startAction,
  stopAction,
  unlinkAction,
  writeFileAction,
  type ActionCause,
} from "../actions.ts";
import type { Change } from "../change.ts";
import { changeOfFile, compareFile, type FileDifference } from "../config/compare-file.ts";
import type { Action } from "../types.ts";
import type { AgentView } from "../view/agent-view.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";
import { runsOwnTimer } from "./stop-agent.ts";

/** A difference of a timer, and an action against it. */
interface TimerFix {
  readonly change: Change;
  readonly action: Action;
}

/** The longest time for the stop of a timer, ms: it has no process. */
const stopMs = 1_000;

/**
 * Compares the timer of an agent or service with its declaration. A running timer takes new times with the daemon-reload
 * (timer_coldplug in systemd's source). This touches no run of the agent.
 */
export function diffTimer(
  { name: agent, timer }: DesiredAgent,
  view: AgentView,
  layout: Layout,
): readonly TimerFix[] {
  if (timer === undefined) {
    const change: Change = { reason: "settings-changed", record: "timer", names: ["schedule"] };
    return endTimer(view, layout, { agent, reason: change.reason }).map((action) => ({ change, action }));
  }
  const { timerFile: found, timerLink: link } = view;
  const difference = compareFile(timer.file, found);
  const change = fileChange(difference, timer.file, view);
  const cause = { agent, reason: change.reason };
  const hasLink = link?.kind === "link" && link.target === timer.link.target;
  const linkReason = view.owned && view.timerMark !== undefined ? "link-missing" : change.reason;
  const runs = isUp(unitPhase(view.timer));
  const stopped: Change = view.timerMark === undefined ? change : { reason: "timer-stopped" };
  return [
    ...(difference === undefined ? [] : [{ change, action: writeFileAction(timer.file, cause) }]),
    ...(hasLink
      ? []
      : [
          {
            change: linkReason === "link-missing" ? ({ reason: "link-missing" } as const) : change,
            action: linkAction(timer.link, { agent, reason: linkReason }),
          },
        ]),
    ...(runs
      ? []
      : [{ change: stopped, action: startAction(timer.unit, { agent, reason: stopped.reason }) }]),
  ];
}

/** Returns the change of a timer file. A missing one may never have been needed. */
function fileChange(
  difference: FileDifference | undefined,
  file: NonNullable<DesiredAgent["timer"]>["file"],
  view: AgentView,
): Change {
  if (!view.owned) return { reason: "new" };
  const declared: Change = { reason: "settings-changed", record: "timer", names: ["schedule"] };
  if (difference === undefined) return declared;
  const edit = fileEdit(file, view.timerFile);
  return changeOfFile(difference, { file: "timer", edit, declared, missing: declared });
}

/** Returns the actions that end the timer of an agent: none if there is nothing of it. */
export function endTimer(view: AgentView, layout: Layout, cause: ActionCause): readonly Action[] {
  const { name, timerMark, timerLink } = view;
  const isLinkOurs = timerLink?.kind === "link" && timerLink.target === timerPath(layout, name);
  return [
    ...stopTimer(view, layout, cause),
    ...(isLinkOurs ? [unlinkAction(timerLinkPath(layout, name), cause)] : []),
    ...(timerMark === undefined ? [] : [removeFileAction(timerPath(layout, name), layout, cause)]),
  ];
}

/** Returns the stop of a timer of the fleet that runs. */
export function stopTimer(view: AgentView, layout: Layout, cause: ActionCause): readonly Action[] {
  if (!runsOwnTimer(view)) return [];
  return [stopAction(timerUnit(layout, view.name), { ...cause, timeoutMs: stopMs, cost: "none" })];
}
