import { completionPath } from "../../desired/marks/completion.ts";
import type { DesiredAgent, DesiredFile } from "../../desired/types.ts";
import type { ObservedFile } from "../../observed/types.ts";
import { dropInPath, linkPath, unitFilePath, type Layout } from "../../desired/layout.ts";
import { removeFileAction, unlinkAction, writeFileAction, linkAction } from "../actions.ts";
import { diffTimer } from "./diff-timer.ts";
import type { AgentView } from "../view/agent-view.ts";
import { fileEdit } from "../../diffs/file-edit.ts";
import { changedMarkFields } from "../config/env-mark.ts";
import { changedDirectives, changeOfFile, compareFile, type FileDifference } from "../config/compare-file.ts";
import type { Change } from "../change.ts";
import type { Action } from "../types.ts";

/** A difference and the action against it. */
export interface FileFix {
  readonly change: Change;
  readonly action: Action;
}

/** Returns the differences of an agent's own files. `configChange` explains a changed env file, if known. */
export function diffAgentFiles(
  desired: DesiredAgent,
  view: AgentView,
  layout: Layout,
  configChange: Change | undefined,
): readonly FileFix[] {
  return [
    ...envFix(desired, view, configChange),
    ...dropInFix(desired, view, layout),
    ...unitFileFix(desired, view, layout),
    ...diffTimer(desired, view, layout),
    ...linkFix(desired, view, layout),
    ...completionFix(desired, view, layout),
  ];
}

function envFix(
  desired: DesiredAgent,
  view: AgentView,
  configChange: Change | undefined,
): readonly FileFix[] {
  const difference = compareFile(desired.env, view.env);
  if (difference === undefined) return [];
  const change = envChange(difference, desired.env, view, configChange);
  return [{ change, action: writeFileAction(desired.env, { agent: desired.name, reason: change.reason }) }];
}

function envChange(
  difference: FileDifference,
  env: DesiredFile,
  view: AgentView,
  configChange: Change | undefined,
): Change {
  const declared: Change = configChange ?? {
    reason: "settings-changed",
    record: "env",
    names: changedSettings(env, view.env),
  };
  const edit = fileEdit(env, view.env);
  if (!view.owned && difference.reason !== "content-changed") return { reason: "new", edit };
  return changeOfFile(difference, { file: "env", edit, declared });
}

/** Returns the fields whose values stand above the variables, and have changed. */
function changedSettings(wanted: DesiredFile, found: ObservedFile | undefined): readonly string[] {
  return found?.kind === "file" ? changedMarkFields(found.content, wanted.content) : [];
}

function dropInFix(desired: DesiredAgent, view: AgentView, layout: Layout): readonly FileFix[] {
  const { name: agent, dropIn } = desired;
  const found = view.dropIn;
  if (dropIn === undefined) {
    if (found === undefined || view.dropInMark === undefined) return [];
    const path = dropInPath(layout, agent);
    const edit = fileEdit({ path, role: "drop-in", content: "" }, found);
    const change: Change =
      edit === undefined
        ? { reason: "settings-changed", record: "drop-in", names: directiveNames("", found) }
        : { reason: "file-edited", file: "drop-in", edit };
    return [{ change, action: removeFileAction(path, layout, { agent, reason: change.reason }) }];
  }
  const difference = compareFile(dropIn, found);
  if (difference === undefined) return [];
  const change = dropInChange(difference, dropIn, view);
  return [{ change, action: writeFileAction(dropIn, { agent, reason: change.reason }) }];
}

/** Compares the unit file of a service. An agent has none: a file of its own would hide the template. */
function unitFileFix(desired: DesiredAgent, view: AgentView, layout: Layout): readonly FileFix[] {
  const { name: agent, unitFile } = desired;
  const found = view.unitFile;
  if (unitFile === undefined) {
    if (view.unitMark === undefined) return [];
    const change: Change = { reason: "kind-changed", kind: "agent" };
    const path = unitFilePath(layout, agent);
    return [{ change, action: removeFileAction(path, layout, { agent, reason: change.reason }) }];
  }
  const difference = compareFile(unitFile, found);
  if (difference === undefined) return [];
  const change = unitFileChange(difference, unitFile, view);
  return [{ change, action: writeFileAction(unitFile, { agent, reason: change.reason }) }];
}

function unitFileChange(difference: FileDifference, unitFile: DesiredFile, view: AgentView): Change {
  if (!view.owned) return { reason: "new" };
  const declared: Change = {
    reason: "settings-changed",
    record: "unit",
    names: directiveNames(unitFile.content, view.unitFile),
  };
  return changeOfFile(difference, { file: "unit", edit: fileEdit(unitFile, view.unitFile), declared });
}

/**
 * Returns the change of a drop-in. A missing one may have been removed, or may never have been needed: only
 * an edit reveals the difference.
 */
function dropInChange(difference: FileDifference, dropIn: DesiredFile, view: AgentView): Change {
  if (!view.owned) return { reason: "new" };
  const declared: Change = {
    reason: "settings-changed",
    record: "drop-in",
    names: directiveNames(dropIn.content, view.dropIn),
  };
  const edit = fileEdit(dropIn, view.dropIn);
  return changeOfFile(difference, { file: "drop-in", edit, declared, missing: declared });
}

function linkFix(desired: DesiredAgent, view: AgentView, layout: Layout): readonly FileFix[] {
  const { name: agent, link } = desired;
  if (link === undefined) {
    if (view.link?.kind !== "link" || !view.owned) return [];
    return [
      {
        change: { reason: "enablement-changed" },
        action: unlinkAction(linkPath(layout, agent), { agent, reason: "enablement-changed" }),
      },
    ];
  }
  if (view.link?.kind === "link" && view.link.target === link.target) return [];
  const reason = view.owned ? "link-missing" : "new";
  return [{ change: { reason }, action: linkAction(link, { agent, reason }) }];
}

/** Removes the completion of an agent that is no longer a job. */
function completionFix({ name, isJob }: DesiredAgent, view: AgentView, layout: Layout): readonly FileFix[] {
  if (isJob || view.completion === undefined) return [];
  const change: Change = { reason: "settings-changed", record: "completion", names: [] };
  const cause = { agent: name, reason: change.reason };
  return [{ change, action: removeFileAction(completionPath(layout, name), layout, cause) }];
}

function directiveNames(wanted: string, found: ObservedFile | undefined): readonly string[] {
  return changedDirectives(found?.kind === "file" ? found.content : "", wanted);
}
