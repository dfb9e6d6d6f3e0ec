import type { CallerPlace } from "../../attach/attach-way.ts";
import { agentOfUnit, type Layout } from "../../desired/layout.ts";
import type { ObservedTmux } from "../../observed/types.ts";
import { selfUnit } from "./observe-tmux.ts";

/**
 * Returns the place of this process's terminal. $TMUX is `SOCKET,PID,SESSION` in each window of tmux except in an
 * agent's own pane, which systemd has in the agent's unit.
 */
export function callerPlace(tmux: ObservedTmux, layout: Layout, env: NodeJS.ProcessEnv): CallerPlace {
  const agent = agentOfUnit(layout, selfUnit() ?? "");
  if (agent !== undefined) return { kind: "agent", agent };
  const around = env["TMUX"];
  if (!around) return { kind: "plain" };
  const [pid, session] = around.split(",").slice(-2);
  const isSame = tmux.kind === "server" && Number(pid) === tmux.pid;
  return isSame ? { kind: "same-server", session: `$${session}` } : { kind: "other-server" };
}
