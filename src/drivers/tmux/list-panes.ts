import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux, isNoServer, runTmux } from "./tmux.ts";

export interface ListedPane {
  /** `%N` */
  readonly id: string;
  readonly pid: number;
  readonly dead: boolean;
  /** `$N` */
  readonly sessionId: string;
  readonly sessionName: string;
  /** Clients attached to the session, or to one that shares its windows. */
  readonly attached: number;
  /** The unit that made the session, by its option @mosaic_unit; empty for a session that somebody else made. */
  readonly sessionUnit: string;
  /** Last output in the pane's window, seconds since the epoch. */
  readonly activity: number;
  /** User options of the pane, empty where unset. */
  readonly agent: string;
  readonly config: string;
  readonly units: string;
}

export interface ListedServer {
  readonly pid: number;
  readonly panes: readonly ListedPane[];
}

/** A separator that no field holds but, perhaps, the last: tab and other control characters are escaped by some versions. */
const separator = "|";

const paneFormat = [
  "#{pane_id}",
  "#{pane_pid}",
  "#{pane_dead}",
  "#{session_id}",
  "#{?session_grouped,#{session_group_attached},#{session_attached}}",
  "#{@mosaic_unit}",
  "#{window_activity}",
  "#{@mosaic_agent}",
  "#{@mosaic_config}",
  "#{@mosaic_units}",
  "#{session_name}",
].join(separator);

/** The server on a socket and all its panes, in one call; undefined where no server listens. */
export async function listPanes(exec: Exec, socket: string): Promise<Result<ListedServer | undefined>> {
  const args = ["display-message", "-p", "#{pid}", ";", "list-panes", "-a", "-F", paneFormat];
  const outcome = await runTmux(exec, socket, args, { isLook: true });
  if (isNoServer(outcome)) return ok(undefined);
  if (outcome.kind !== "exited") return explainTmux(outcome, args);
  // A server without sessions answers the first command and refuses the second.
  const noSessions = outcome.code === 1 && /^no (?:current target|sessions)$/m.test(outcome.stderr);
  if (outcome.code !== 0 && !noSessions) return explainTmux(outcome, args);
  return parseListPanes(outcome.stdout);
}

/** Reads a line with the server's pid and then a line a pane. */
export function parseListPanes(output: string): Result<ListedServer> {
  const [first, ...lines] = output.split("\n").filter((line) => line !== "");
  const pid = Number(first);
  const panes = lines.map(parsePane);
  if (!Number.isInteger(pid) || pid <= 0 || panes.includes(undefined)) {
    return fail("unreadable-output", "tmux list-panes printed something other than panes", {
      detail: `It began with: ${JSON.stringify(output.slice(0, 80))}`,
    });
  }
  return ok({ pid, panes: panes.filter((pane) => pane !== undefined) });
}

function parsePane(line: string): ListedPane | undefined {
  const fields = line.split(separator);
  const [id, pid, dead, sessionId, attached, sessionUnit, activity, agent, config, units] = fields;
  if (!id || !pid || !sessionId || agent === undefined || config === undefined || units === undefined)
    return undefined;
  return {
    id,
    pid: Number(pid),
    dead: dead === "1",
    sessionId,
    sessionName: fields.slice(10).join(separator),
    attached: Number(attached),
    sessionUnit: sessionUnit ?? "",
    activity: Number(activity),
    agent,
    config,
    units,
  };
}
