import { controlGroupOf, readControlGroup } from "../processes/control-group.ts";
import type { ObservedTmux } from "../../observed/types.ts";

/**
 * The controllers of the control group of an agent that runs, or of the user manager where none does; undefined where
 * neither can be read. The manager's group has this name wherever systemd is PID 1 (user@.service(5)).
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
