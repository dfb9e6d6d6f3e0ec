import { dropInPath, linkPath, type Layout } from "../../desired/layout.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { ObservedFile } from "../../observed/types.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { Change } from "../change.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

/**
 * What stands where the agent's own things would go without carrying the fleet's mark, or undefined where nothing
 * does. Such a thing is somebody else's work, or cannot be known: it is neither changed nor started over.
 */
export function foreignThing(desired: DesiredAgent, view: AgentView, layout: Layout): Change | undefined {
  if (view.unsafeDropIns !== undefined) return view.unsafeDropIns;
  if (view.linkedDropIns !== undefined && (view.dropIn !== undefined || desired.dropIn !== undefined)) {
    return view.linkedDropIns;
  }
  if (view.env !== undefined && view.envMark === undefined) return foreignChange(desired.env.path, view.env);
  if (view.dropIn !== undefined && view.dropInMark === undefined) {
    return foreignChange(dropInPath(layout, desired.name), view.dropIn);
  }
  if (view.link !== undefined && !isOurLink(desired, view)) {
    return foreignChange(linkPath(layout, desired.name), view.link);
  }
  if (!view.owned && isUp(unitPhase(view.unit)))
    return { reason: "not-ours", kind: "unit", name: desired.unit };
  if (view.foreignSession || (!view.owned && view.pane !== undefined)) {
    return { reason: "not-ours", kind: "session", name: view.pane?.sessionName ?? desired.name };
  }
  return undefined;
}

/** A link carries no mark: it is ours if the agent is ours, or if it has the target that we would give it. */
function isOurLink(desired: DesiredAgent, view: AgentView): boolean {
  return view.link?.kind === "link" && (view.owned || view.link.target === desired.link?.target);
}

/** Returns a change that names what is in the place of one of our files and is not known to be ours. */
export function foreignChange(path: string, file: ObservedFile): Change {
  switch (file.kind) {
    case "file":
    case "link":
      return { reason: "not-ours", kind: file.kind, name: path };
    // Whose it is cannot be told then: it is neither taken for ours nor for absent.
    case "unreadable":
      return { reason: "file-unreadable", path, problem: file.message.split(",")[0] ?? file.message };
    case "other":
      return { reason: "file-unreadable", path, problem: undefined };
  }
}
