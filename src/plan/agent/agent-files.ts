import { completionPath } from "../../desired/marks/completion.ts";
import type { DesiredAgent, DesiredFile } from "../../desired/types.ts";
import type { ObservedFile } from "../../observed/types.ts";
import { dropInPath, linkPath, type Layout } from "../../desired/layout.ts";
import { removeFile, unlink, writeFile, writeLink } from "../actions.ts";
import type { AgentView } from "../view/agent-view.ts";
import { fileEdit } from "../../diffs/file-edit.ts";
import { changedMarkFields } from "../config/env-mark.ts";
import { changedDirectives, compareFile, modeDetail, type FileDifference } from "../config/compare-file.ts";
import type { Action, Change, Reason } from "../types.ts";

/** A difference and what mends it. */
export interface FileFix {
  readonly change: Change;
  readonly action: Action;
}

/** How an agent's own files differ from what is wanted. `configChange` explains a changed env file, where known. */
export function diffAgentFiles(
  desired: DesiredAgent,
  view: AgentView,
  layout: Layout,
  configChange: Change | undefined,
): readonly FileFix[] {
  return [
    ...envFix(desired, view, configChange),
    ...dropInFix(desired, view, layout),
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
  const change =
    difference === "content-changed"
      ? (configChange ?? { reason: "settings-changed" as const, detail: settingsIn(desired.env, view.env) })
      : {
          reason: view.owned ? driftReason(difference) : ("new" as const),
          detail: fileDetail(desired.env, view.env),
          edit: fileEdit(desired.env, view.env),
        };
  return [{ change, action: writeFile(desired.env, { agent: desired.name, reason: change.reason }) }];
}

/** A change of what is above the variables is told by its fields. */
function settingsIn(wanted: DesiredFile, found: ObservedFile | undefined): string {
  const fields = found?.kind === "file" ? changedMarkFields(found.content, wanted.content) : [];
  return fields.join(", ") || "env file";
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
        ? { reason: "settings-changed", detail: directiveNames("", found) }
        : { reason: "file-edited", detail: "drop-in", edit };
    return [{ change, action: removeFile(path, layout, { agent, reason: change.reason }) }];
  }
  const difference = compareFile(dropIn, found);
  if (difference === undefined) return [];
  const change = dropInChange(difference, dropIn, view);
  return [{ change, action: writeFile(dropIn, { agent, reason: change.reason }) }];
}

/** A drop-in that is missing may have been removed, or may never have been needed: only an edit tells them apart. */
function dropInChange(difference: FileDifference, dropIn: DesiredFile, view: AgentView): Change {
  if (!view.owned) return { reason: "new", detail: undefined };
  switch (difference) {
    case "file-missing":
    case "content-changed":
      return { reason: "settings-changed", detail: directiveNames(dropIn.content, view.dropIn) };
    case "file-edited":
    case "mode-changed":
      return {
        reason: difference,
        detail: fileDetail(dropIn, view.dropIn),
        edit: fileEdit(dropIn, view.dropIn),
      };
  }
}

function linkFix(desired: DesiredAgent, view: AgentView, layout: Layout): readonly FileFix[] {
  const { name: agent, link } = desired;
  if (link === undefined) {
    if (view.link?.kind !== "link" || !view.owned) return [];
    return [
      {
        change: { reason: "enablement-changed", detail: "no longer starts at boot" },
        action: unlink(linkPath(layout, agent), { agent, reason: "enablement-changed" }),
      },
    ];
  }
  if (view.link?.kind === "link" && view.link.target === link.target) return [];
  const reason: Reason = view.owned ? "link-missing" : "new";
  return [
    {
      change: { reason, detail: view.owned ? "starts at boot" : undefined },
      action: writeLink(link, { agent, reason }),
    },
  ];
}

/** What is no job any more does not count as completed. */
function completionFix({ name, isJob }: DesiredAgent, view: AgentView, layout: Layout): readonly FileFix[] {
  if (isJob || view.completion === undefined) return [];
  const change: Change = { reason: "settings-changed", detail: "no longer a job" };
  const cause = { agent: name, reason: change.reason };
  return [{ change, action: removeFile(completionPath(layout, name), layout, cause) }];
}

function driftReason(difference: FileDifference): Reason {
  return difference === "content-changed" ? "settings-changed" : difference;
}

function fileDetail(file: DesiredFile, found: ObservedFile | undefined): string {
  const what = file.role === "env" ? "env file" : file.role;
  return [what, modeDetail(file, found)].filter(Boolean).join(", ");
}

function directiveNames(wanted: string, found: ObservedFile | undefined): string {
  return changedDirectives(found?.kind === "file" ? found.content : "", wanted).join(", ") || "drop-in";
}
