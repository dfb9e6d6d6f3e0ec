import type { Layout } from "../../desired/layout.ts";
import type { Observed } from "../../observed/types.ts";
import type { Change } from "../change.ts";
import { unitPhase } from "../view/unit-phase.ts";

/**
 * Returns the obstacle to starts and stops on the tmux server of the fleet's socket, or undefined if there is
 * none. A session in a foreign server would die with that server's own control group.
 */
export function tmuxHindrance(
  { tmux, units }: Pick<Observed, "tmux" | "units">,
  layout: Layout,
): Change | undefined {
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
 * Returns another fleet with a holder on this fleet's socket: the first to start would keep the other from
 * starting. Not asked while this fleet's own holder runs, because it has the socket.
 */
export function socketRival({ units, otherFleets = [] }: Observed, layout: Layout): Change | undefined {
  if (unitPhase(units.get(layout.holderUnit)) === "running") return undefined;
  const rival = otherFleets.find(({ socket }) => socket === layout.socket);
  return rival && { reason: "socket-claimed", fleet: rival.fleet };
}
