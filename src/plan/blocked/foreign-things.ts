import { dropInPath, linkPath, type Layout } from "../../desired/layout.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { ObservedFile } from "../../observed/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { Change } from "../change.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * Returns the thing without the fleet's mark in a place of the agent's own things, or undefined if there is
 * none. It belongs to others, or is unknown: it is neither changed nor started again.
 */
export function foreignObject(desired: DesiredAgent, view: AgentView, layout: Layout): Change | undefined {
  if (view.unsafeDropIns !== undefined) return view.unsafeDropIns;
  if (view.linkedDropIns !== undefined && (view.dropIn !== undefined || desired.dropIn !== undefined)) {
    return view.linkedDropIns;
  }
  if (view.env !== undefined && view.envMark === undefined) return foreignChange(desired.env.path, view.env);
  if (view.dropIn !== undefined && view.dropInMark === undefined) {
    return foreignChange(dropInPath(layout, desired.name), view.dropIn);
  }
  if (desired.unitFile !== undefined && view.unitFile !== undefined && view.unitMark === undefined) {
    return foreignChange(desired.unitFile.path, view.unitFile);
  }
  if (desired.timer !== undefined) {
    const { file, link } = desired.timer;
    if (view.timerFile !== undefined && view.timerMark === undefined) {
      return foreignChange(file.path, view.timerFile);
    }
    const isOther = view.timerLink?.kind !== "link" || (!view.owned && view.timerLink.target !== link.target);
    if (view.timerLink !== undefined && isOther) return foreignChange(link.path, view.timerLink);
  }
  if (view.link !== undefined && !isOurLink(desired, view)) {
    return foreignChange(linkPath(layout, desired.name), view.link);
  }
  if (!view.owned && isUp(unitPhase(view.unit)))
    return { reason: "not-ours", kind: "unit", name: desired.unit };
  // A service has no session, and leaves one of its name alone.
  if (desired.unitFile !== undefined) return undefined;
  if (view.foreignSession || (!view.owned && view.pane !== undefined)) {
    return { reason: "not-ours", kind: "session", name: view.pane?.sessionName ?? desired.name };
  }
  return undefined;
}

/**
 * Returns true for our link. A link carries no mark: it is ours if the agent is ours, or if it has our
 * target.
 */
function isOurLink(desired: DesiredAgent, view: AgentView): boolean {
  return view.link?.kind === "link" && (view.owned || view.link.target === desired.link?.target);
}

/** Returns a change for a thing of unknown owner in the place of one of our files. */
export function foreignChange(path: string, file: ObservedFile): Change {
  switch (file.kind) {
    case "file":
    case "link":
      return { reason: "not-ours", kind: file.kind, name: path };
    // Returns a change for an unreadable file: it counts neither as ours nor as absent.
    case "unreadable":
      return { reason: "file-unreadable", path, problem: file.problem ?? file.message };
    case "other":
      return { reason: "file-unreadable", path, problem: undefined };
  }
}
