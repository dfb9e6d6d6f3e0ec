import { isFileAction } from "../plan/actions.ts";
import { needsReload } from "../plan/order.ts";
import type { Action, FileAction, CallAction } from "../plan/types.ts";

/** Actions for one step: files in parallel, or one external call for all units or sessions. */
export type Batch =
  | { readonly kind: "files"; readonly actions: readonly FileAction[] }
  | { readonly kind: "call"; readonly actions: readonly [CallAction, ...CallAction[]] };

/** Groups neighbours, keeping the order: the number of external calls does not grow with the number of agents. */
export function batchActions(actions: readonly Action[]): readonly Batch[] {
  const batches: (Batch & { readonly actions: Action[] })[] = [];
  for (const action of actions) {
    const last = batches.at(-1);
    if (isFileAction(action)) {
      if (last?.kind === "files" && isOneStep(last.actions[0], action)) last.actions.push(action);
      else batches.push({ kind: "files", actions: [action] });
    } else if (last?.kind === "call" && isOneCall(last.actions[0], action)) last.actions.push(action);
    else batches.push({ kind: "call", actions: [action] });
  }
  return batches;
}

/** Returns false between the files that mark new agents, and the units and links of these agents: those come first. */
function isOneStep(first: FileAction | undefined, action: FileAction): boolean {
  return first !== undefined && needsReload(first) === needsReload(action);
}

/** Timers are stopped by a call of their own: one that elapses in the same moment would replace the stop of its agent. */
function isOneCall(first: Action, action: Action): boolean {
  if (first.kind !== action.kind) return false;
  return first.kind !== "stop" || first.target.endsWith(".timer") === action.target.endsWith(".timer");
}
