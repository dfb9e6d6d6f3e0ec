import { envPath, type Layout } from "../../desired/layout.ts";
import { logVariable } from "../../desired/log-setting.ts";
import { naturally } from "../../text/natural-order.ts";
import type { Note } from "../note.ts";
import type { Action } from "../types.ts";
import type { AgentView } from "../view/agent-view.ts";

/**
 * Returns the note on log files to stay: those of removed agents, and of agents with an ended log.
 * `hasLog` is true for an agent whose declaration has a log.
 */
export function keptLogNotes(
  actions: readonly Action[],
  layout: Layout,
  view: (agent: string) => AgentView,
  hasLog: (agent: string) => boolean,
): readonly Note[] {
  const ended = new Set(actions.flatMap((action) => endedLog(action, layout, hasLog) ?? []));
  const agents = naturally([...ended].filter((name) => hadLog(view(name))));
  return agents.length === 0 ? [] : [{ kind: "logs-stay", agents, folder: layout.recordsDir }];
}

/** Returns the agent whose log may end with an action. */
function endedLog(
  { kind, agent, target }: Action,
  layout: Layout,
  hasLog: (agent: string) => boolean,
): string | undefined {
  if (agent === undefined || (kind !== "remove-file" && kind !== "write-file")) return undefined;
  if (target !== envPath(layout, agent)) return undefined;
  return kind === "remove-file" || !hasLog(agent) ? agent : undefined;
}

function hadLog({ pane, env }: AgentView): boolean {
  if (pane?.log !== undefined) return true;
  return env?.kind === "file" && env.content.includes(`\n${logVariable}=`);
}
