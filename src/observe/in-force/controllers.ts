import { controlGroupOf, readControlGroup } from "../processes/control-group.ts";
import type { ObservedTmux } from "../../observed/types.ts";

/**
 * Returns the controllers of a running agent's control group, or of the user manager if no agent runs;
 * undefined if neither can be read. The manager's group has this name wherever systemd is PID 1
 * (user@.service(5)).
 */
export function readControllers(tmux: ObservedTmux | undefined, uid: number): readonly string[] | undefined {
  const pane =
    tmux?.kind === "server" ? tmux.panes.find(({ dead, agent }) => !dead && agent !== undefined) : undefined;
  const groups = [pane && controlGroupOf(pane.pid), `/user.slice/user-${uid}.slice/user@${uid}.service`];
  for (const group of groups) {
    const text = group === undefined ? undefined : readControlGroup(group, "cgroup.controllers");
    if (text !== undefined) return text.split(/\s+/).filter(Boolean);
  }
  return undefined;
}
