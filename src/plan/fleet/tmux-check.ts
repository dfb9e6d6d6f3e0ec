import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import type { Change } from "../change.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Why nothing may be started or stopped by way of the tmux server on the fleet's socket, or undefined where all is
 * well. A session in somebody else's server would die with that server's own control group.
 */
export function tmuxHindrance({ tmux, units }: Observed, layout: Layout): Change | undefined {
  const holder = unitPhase(units.get(layout.holderUnit));
  if (tmux.kind === "server") {
    if (tmux.unit === layout.holderUnit) return undefined;
    const { pid, unit } = tmux;
    return { reason: "foreign-tmux-server", socket: layout.socket, pid, unit, holder: layout.holderUnit };
  }
  if (holder !== "running") return undefined;
  return { reason: "no-tmux-server", socket: layout.socket, holder: layout.holderUnit };
}

/**
 * Another fleet whose holder would start its server on this fleet's socket: whichever came first would keep the other
 * from starting. Not asked while this fleet's own holder runs, and so has it.
 */
export function socketRival({ units, otherFleets = [] }: Observed, layout: Layout): Change | undefined {
  if (unitPhase(units.get(layout.holderUnit)) === "running") return undefined;
  const rival = otherFleets.find(({ socket }) => socket === layout.socket);
  return rival && { reason: "socket-claimed", fleet: rival.fleet };
}
