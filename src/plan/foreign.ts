import { dropInPath, linkPath, type Layout } from "../desired/layout.ts";
import type { DesiredAgent } from "../desired/types.ts";
import type { ObservedFile } from "../observe/types.ts";
import type { AgentView } from "./agent-view.ts";
import { isUp, unitPhase } from "./unit-state.ts";

/**
 * What stands where the agent's own things would go without carrying the fleet's mark, or undefined where nothing
 * does. Such a thing is somebody else's work: it is neither changed nor started over.
 */
export function foreignThing(desired: DesiredAgent, view: AgentView, layout: Layout): string | undefined {
  if (view.env !== undefined && view.envMark === undefined) return describe(desired.env.path, view.env);
  if (view.dropIn !== undefined && view.dropInMark === undefined) {
    return describe(dropInPath(layout, desired.name), view.dropIn);
  }
  if (view.link !== undefined && !isOurLink(desired, view)) {
    return describe(linkPath(layout, desired.name), view.link);
  }
  if (!view.owned && isUp(unitPhase(view.unit))) return `${desired.unit} runs already`;
  if (view.foreignSession || (!view.owned && view.pane !== undefined)) {
    return `a tmux session ${view.pane?.sessionName ?? desired.name} exists`;
  }
  return undefined;
}

/** A link carries no mark: it is ours where the agent is, or where it says what we would say. */
function isOurLink(desired: DesiredAgent, view: AgentView): boolean {
  return view.link?.kind === "link" && (view.owned || view.link.target === desired.link?.target);
}

function describe(path: string, file: ObservedFile): string {
  switch (file.kind) {
    case "file":
      return `${path} exists`;
    case "link":
      return `${path} is a symbolic link`;
    case "unreadable":
      return `${path} cannot be read`;
    case "other":
      return `${path} is not a regular file`;
  }
}
