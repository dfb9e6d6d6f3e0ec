import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import { recreateSocket } from "../actions.ts";
import { composePlan } from "../compose-plan.ts";
import type { Plan, PlanOptions } from "../types.ts";

/**
 * Returns the plan for a fleet whose tmux server cannot be reached because the file of its socket is gone; undefined for
 * all others. That file comes first, and alone: until it is there, nothing is known of the sessions, and what else is to be
 * done can only be planned after that.
 */
export function planSocket(
  layout: Layout,
  { tmux }: Observed,
  { only }: Pick<PlanOptions, "only">,
): Plan | undefined {
  if (tmux.kind !== "absent" || tmux.lostPid === undefined) return undefined;
  return composePlan(layout, [], [recreateSocket(layout.holderUnit)], {
    only: only && [...only],
    notes: [{ kind: "socket-gone", socket: layout.socket, pid: tmux.lostPid }],
  });
}

/** Returns true for a plan that is only about the socket's file: there may be more to do after it. */
export function isSocketPlan({ actions }: Pick<Plan, "actions">): boolean {
  return actions.some(({ kind }) => kind === "recreate-socket");
}
