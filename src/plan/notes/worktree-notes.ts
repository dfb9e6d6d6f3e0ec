import { dropInPath, type Layout } from "../../desired/layout.ts";
import { inNaturalOrder } from "../../text/natural-order.ts";
import type { Note } from "../note.ts";
import type { Action } from "../types.ts";
import type { AgentView } from "../view/agent-view.ts";

/** Returns the note on the worktrees of removed agents: fleet removes none by itself. */
export function keptWorktreeNotes(
  actions: readonly Action[],
  layout: Layout,
  view: (agent: string) => AgentView,
  { isDestroy }: { readonly isDestroy: boolean },
): readonly Note[] {
  const removed = actions.flatMap(({ kind, agent, target }) =>
    agent !== undefined && kind === "remove-file" && target === dropInPath(layout, agent) ? [agent] : [],
  );
  const worktrees = removed.flatMap((agent) => {
    const path = worktreeOf(view(agent));
    return path === undefined ? [] : [{ agent, path }];
  });
  return worktrees.length === 0
    ? []
    : [{ kind: "worktrees-stay", worktrees: inNaturalOrder(worktrees, ({ agent }) => agent), isDestroy }];
}

/** Returns the worktree in the drop-in of an agent, with systemd's escapes undone (systemd.exec(5), Environment=). */
function worktreeOf({ dropIn }: AgentView): string | undefined {
  if (dropIn?.kind !== "file") return undefined;
  const [, written] =
    /^Environment="MOSAIC_AGENT_WORKTREE_PATH=((?:[^"\\]|\\.)*)"$/m.exec(dropIn.content) ?? [];
  return written?.replaceAll("%%", "%").replace(/\\(.)/g, "$1");
}
