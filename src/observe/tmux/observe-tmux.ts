import { parseConfigMark } from "../../desired/marks/config-mark.ts";
import { readLikelyLink, readPath } from "../../drivers/files/read.ts";
import { unitOfCgroup } from "../../drivers/systemd/unit-of-cgroup.ts";
import type { ListedPane, ListedServer } from "../../drivers/tmux/list-panes.ts";
import type { ObservedPane, ObservedTmux } from "../../observed/types.ts";

/** A listed server with the marks of its panes read, and the unit that it runs in. `findLost` is asked only if there is none. */
export function observeTmux(
  server: ListedServer | undefined,
  findLost: () => number | undefined = () => undefined,
): ObservedTmux {
  if (server === undefined) return { kind: "absent", lostPid: findLost() };
  return {
    kind: "server",
    pid: server.pid,
    unit: unitOfProcess(String(server.pid)),
    panes: server.panes.map(observePane),
  };
}

/** Each field by name: a spread takes several times as long, and there may be a thousand panes. */
function observePane(pane: ListedPane): ObservedPane {
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
    lostWorkdir: pane.agent === "" || pane.dead ? undefined : lostWorkdir(pane.pid),
  };
}

/** What the kernel adds to the path of a directory that was removed: see proc_pid_cwd(5). */
const deleted = " (deleted)";

/** The directory in which a process is, if that was removed. */
function lostWorkdir(pid: number): string | undefined {
  const found = readLikelyLink(`/proc/${pid}/cwd`);
  if (found?.kind !== "link" || !found.target.endsWith(deleted)) return undefined;
  return found.target.slice(0, -deleted.length);
}

/** The unit in whose control group this process runs. */
export function selfUnit(): string | undefined {
  return unitOfProcess("self");
}

/**
 * The session in a window of which this process runs, if that is on this server: $TMUX is `SOCKET,PID,SESSION`, and is
 * kept from agents but not from windows that people open beside them.
 */
export function selfSession(server: ListedServer | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const pid = Number(env["TMUX"]?.split(",").at(-2));
  if (server === undefined || pid !== server.pid) return undefined;
  return server.panes.find(({ id }) => id === env["TMUX_PANE"])?.sessionId;
}

/** The unit in whose control group a process runs; undefined outside of units, and for a process that is gone. */
export function unitOfProcess(pid: string): string | undefined {
  const cgroup = readPath(`/proc/${pid}/cgroup`);
  return cgroup?.kind === "file" ? unitOfCgroup(cgroup.content) : undefined;
}
