import { completionPath, isOfConfig } from "../../desired/marks/completion.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import { writeFileAction } from "../actions.ts";
import type { AgentView } from "../view/agent-view.ts";
import type { DiffContext } from "../agent-diff.ts";
import type { Action } from "../types.ts";
import { unitPhase } from "../view/unit-phase.ts";
import type { Renames } from "./find-renames.ts";

/**
 * A job with completed work under another name: its resulting view, and the action that records it under its
 * new name.
 */
export interface Inheritance {
  readonly view: AgentView;
  readonly action: Action;
}

/**
 * Returns a job's inheritance from its former name: if it completed the declared work there, it is completed,
 * and a rename does not repeat the work. Undefined if there is none, or the user asks for a run.
 */
export function inheritCompletion(
  desired: DesiredAgent,
  view: (name: string) => AgentView,
  renames: Renames,
  { layout, observed, options }: DiffContext,
): Inheritance | undefined {
  const { name, isJob, state, config } = desired;
  if (!isJob || state !== "running" || options.intent !== undefined) return undefined;
  const own = view(name);
  if (own.completion !== undefined || own.owned || unitPhase(own.unit) !== "stopped") return undefined;
  for (const former of renames.former(name)) {
    const { completion, owned, unit } = view(former);
    const file = observed.files.get(completionPath(layout, former));
    if (!owned || completion === undefined || unitPhase(unit) !== "stopped" || file?.kind !== "file")
      continue;
    if (!isOfConfig(completion, config)) continue;
    const path = completionPath(layout, name);
    const { content, mode } = file;
    const action = writeFileAction(
      { path, content, mode, role: "env" },
      { agent: name, reason: "takes-place" },
    );
    return { view: { ...own, completion }, action };
  }
  return undefined;
}
