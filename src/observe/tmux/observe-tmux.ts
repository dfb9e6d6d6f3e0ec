import { parseSideMark } from "../../desired/windows/side-mark.ts";
import { parseConfigMark } from "../../desired/marks/config-mark.ts";
import { readLikelyLink, readPath, type FileFound } from "../../drivers/files/read.ts";
import { isRemovedCgroup, unitOfCgroup } from "../../machine/control-groups.ts";
import type { ListedPane, ListedServer } from "../../drivers/tmux/list-panes.ts";
import type { ObservedPane, ObservedTmux } from "../../observed/types.ts";

/**
 * Returns a listed server with the marks of its panes, and its unit. Calls `findLost` only if there is no
 * server. Looks for removed working directories only of the agents in `only`, if that is given.
 */
export function observeTmux(
  server: ListedServer | undefined,
  findLost: () => number | undefined = () => undefined,
  only?: ReadonlySet<string>,
): ObservedTmux {
  const cgroup = server && readPath(`/proc/${server.pid}/cgroup`);
  // A server can end between its answer and this look.
  if (server === undefined || hasNoProcess(cgroup)) return { kind: "absent", lostPid: findLost() };
  return {
    kind: "server",
    pid: server.pid,
    version: server.version,
    unit: unitOf(cgroup),
    panes: server.panes.map((pane) => observePane(pane, only?.has(pane.agent) ?? true)),
  };
}

/**
 * Returns a pane with its marks. Copies each field by name: a spread takes several times as long, and there
 * may be a thousand panes.
 */
function observePane(pane: ListedPane, isWanted: boolean): ObservedPane {
  const blank = pane.side.indexOf(" ");
  const exitStatus = pane.side.slice(0, Math.max(0, blank));
  return {
    id: pane.id,
    pid: pane.pid,
    dead: pane.dead,
    sessionId: pane.sessionId,
    sessionName: pane.sessionName,
    attached: pane.attached,
    viewers: pane.viewers,
    sessionUnit: pane.sessionUnit,
    activity: pane.activity,
    agent: pane.agent || undefined,
    config: parseConfigMark(pane.config),
    units: pane.units || undefined,
    left: pane.left || undefined,
    log: pane.log || undefined,
    isPiped: pane.isPiped,
    windowId: pane.windowId,
    side: pane.side === "" ? undefined : parseSideMark(pane.side.slice(blank + 1)),
    exitStatus: exitStatus === "" ? undefined : Number(exitStatus),
    lostWorkdir: isWanted && pane.agent !== "" && !pane.dead ? lostWorkdir(pane.pid) : undefined,
  };
}

/** The kernel's ending of the path of a removed directory: see proc_pid_cwd(5). */
const deleted = " (deleted)";

/** Returns the working directory of a process, if it was removed. */
function lostWorkdir(pid: number): string | undefined {
  const found = readLikelyLink(`/proc/${pid}/cwd`);
  if (found?.kind !== "link" || !found.target.endsWith(deleted)) return undefined;
  return found.target.slice(0, -deleted.length);
}

/** Returns the unit of this process's control group. */
export function selfUnit(): string | undefined {
  return unitOfProcess("self");
}

/**
 * Returns the session around this process, if it is on this server: $TMUX is `SOCKET,PID,SESSION`. Agents do
 * not have it, but windows opened next to them do.
 */
export function selfSession(server: ListedServer | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const pid = Number(env["TMUX"]?.split(",").at(-2));
  if (server === undefined || pid !== server.pid) return undefined;
  return server.panes.find(({ id }) => id === env["TMUX_PANE"])?.sessionId;
}

/** Returns the unit of a process's control group; undefined outside of units, and for an ended process. */
export function unitOfProcess(pid: string): string | undefined {
  return unitOf(readPath(`/proc/${pid}/cgroup`));
}

function unitOf(cgroup: FileFound | undefined): string | undefined {
  return cgroup?.kind === "file" ? unitOfCgroup(cgroup.content) : undefined;
}

/** Returns true if the process of a /proc/PID/cgroup is gone, or a zombie in a removed control group. */
function hasNoProcess(cgroup: FileFound | undefined): boolean {
  return cgroup === undefined || (cgroup.kind === "file" && isRemovedCgroup(cgroup.content));
}
