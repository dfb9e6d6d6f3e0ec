import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import { recreateSocketAction } from "../actions.ts";
import { composePlan } from "../compose-plan.ts";
import type { Plan, PlanOptions } from "../types.ts";

/**
 * Returns the plan for an unreachable tmux server without the file of its socket; undefined for any other
 * fleet. The file comes first, and alone: without it the sessions are unknown, so all other actions can only
 * be planned later.
 */
export function planSocket(
  layout: Layout,
  { tmux }: Observed,
  { only }: Pick<PlanOptions, "only">,
): Plan | undefined {
  if (tmux.kind !== "absent" || tmux.lostPid === undefined) return undefined;
  return composePlan(layout, [], [recreateSocketAction(layout.holderUnit)], {
    only: only && [...only],
    notes: [{ kind: "socket-gone", socket: layout.socket, pid: tmux.lostPid }],
  });
}

/** Returns true for a plan about the socket's file alone: there may be more to do after it. */
export function isSocketPlan({ actions }: Pick<Plan, "actions">): boolean {
  return actions.some(({ kind }) => kind === "recreate-socket");
}
