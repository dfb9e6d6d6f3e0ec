import { fail, ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { TmuxPane } from "../../machine/tmux-panes.ts";
import type { CommandOutcome } from "../../system/command.ts";
import type { Exec } from "../../system/exec.ts";
import { explainTmux, isNoServer, runTmux } from "./tmux.ts";
import { paneProcess } from "./format/pane-process.ts";

/** A pane as tmux lists it. */
export interface ListedPane extends TmuxPane {
  /** Clients without a keyboard: read-only ones, and programs in control mode. */
  readonly viewers: number;
  /** User options of the pane, empty if unset. */
  readonly agent: string;
  readonly config: string;
  readonly units: string;
  /** Background processes of the command at its end. */
  readonly left: string;
  /** The setting of the log started for it. */
  readonly log: string;
  /** True while a process reads the output of the pane (pipe-pane). */
  readonly isPiped: boolean;
  /** `@N` */
  readonly windowId: string;
  /** The exit status of a dead pane, a blank, and its option @mosaic_pane; empty for a pane without that option. */
  readonly side: string;
}

export interface ListedServer {
  readonly pid: number;
  /** Its version, such as `3.3a`; undefined if it does not tell. The installed tmux may be another. */
  readonly version?: string | undefined;
  readonly panes: readonly ListedPane[];
}

/**
 * A separator that occurs in no field except, perhaps, the last: some versions escape tab and other control
 * characters.
 */
const separator = "|";

/** Sessions in a group share their windows. Anybody may name a group, also with a separator. */
const groupOf = "#{s/[|]/<bar>/:session_group}";

const paneFormat = [
  "#{pane_id}",
  paneProcess,
  "#{pane_dead}",
  "#{session_id}",
  // With the end of the presence of somebody who types on the page of fleet ui, in s since the epoch: `0+1764000000`.
  "#{?session_grouped,#{session_group_attached},#{session_attached}}#{?@mosaic_typing,+#{@mosaic_typing},}",
  "#{@mosaic_unit}",
  "#{window_activity}",
  "#{@mosaic_agent}",
  "#{@mosaic_config}",
  "#{@mosaic_units}",
  "#{@mosaic_left}",
  "#{@mosaic_log}",
  "#{pane_pipe}",
  "#{window_id}",
  "#{?@mosaic_pane,#{pane_dead_status} #{@mosaic_pane},}",
  groupOf,
  "#{session_name}",
].join(separator);

/** The beginning of a line about a client; a line about a pane begins with `%`. */
const clientTag = "client";

/**
 * A line for each attached client. `tmux -C` on a pipe has no terminal, and the name of its terminal is
 * empty.
 */
const clientFormat = [
  clientTag,
  "#{session_id}",
  "#{client_readonly}",
  "#{client_control_mode}",
  "#{?client_tty,1,0}",
  groupOf,
].join(separator);

/** Returns the server on a socket and all its panes, in one call; undefined if no server listens. */
export async function listPanes(exec: Exec, socket: string): Promise<Result<ListedServer | undefined>> {
  const server = ["display-message", "-p", "#{pid} #{version}"];
  const panes = ["list-panes", "-a", "-F", paneFormat];
  // The last, because it fails without a session.
  const clients = ["list-clients", "-F", clientFormat];
  const args = [...server, ";", ...panes, ";", ...clients];
  const askTmux = (): Promise<CommandOutcome> => runTmux(exec, socket, args, { isLook: true });
  const first = await askTmux();
  // A server that is ending says nothing, and its client exits with 0. The next call finds it gone.
  const isSilent = first.kind === "exited" && first.code === 0 && first.stdout === "";
  const outcome = isSilent ? await askTmux() : first;
  if (isNoServer(outcome)) return ok(undefined);
  if (outcome.kind !== "exited") return explainTmux(outcome, args);
  // A server without sessions answers the first command and refuses the second.
  const noSessions = outcome.code === 1 && /^no (?:current target|sessions)$/m.test(outcome.stderr);
  if (outcome.code !== 0 && !noSessions) return explainTmux(outcome, args);
  return parseListPanes(outcome.stdout);
}

/** Reads a line with the server's pid and version, then a line for each pane, then a line for each client. */
export function parseListPanes(output: string): Result<ListedServer> {
  const [first, ...lines] = output.split("\n").filter((line) => line !== "");
  const [digits, version] = first?.split(" ") ?? [];
  const pid = Number(digits);
  const clients = lines.filter((line) => line.startsWith(`${clientTag}${separator}`));
  const viewersOf = viewerCount(clients);
  const panes = lines.slice(0, lines.length - clients.length).map((line) => parseListedPane(line, viewersOf));
  if (!Number.isInteger(pid) || pid <= 0 || panes.includes(undefined)) {
    return fail("unreadable-output", "tmux list-panes printed something other than panes", {
      detail: `It began with: ${JSON.stringify(output.slice(0, 80))}`,
    });
  }
  return ok({ pid, version, panes: panes.filter((pane) => pane !== undefined) });
}

type ViewerCount = (sessionId: string, group: string) => number;

/** Counts the clients of a session, or of its group, except those of programs. */
function viewerCount(clients: readonly string[]): ViewerCount {
  const counts = new Map<string, number>();
  for (const line of clients) {
    const [, sessionId = "", readonly, controlMode, hasTerminal, ...group] = line.split(separator);
    // iTerm2 shows a session to a person by `tmux -CC`, which needs a terminal (tmux(1)). Programs use pipes.
    const isViewer = readonly === "1" || (controlMode === "1" && hasTerminal === "0");
    const key = viewKey(sessionId, group.join(separator));
    if (isViewer) counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return (sessionId, group) => counts.get(viewKey(sessionId, group)) ?? 0;
}

/** Returns the key of a client's view: its group, or its session without a group. */
function viewKey(sessionId: string, group: string): string {
  return group === "" ? sessionId : `group ${group}`;
}

function parseListedPane(line: string, viewersOf: ViewerCount): ListedPane | undefined {
  const fields = line.split(separator);
  const [id, pid, dead, sessionId, clients, sessionUnit, activity, agent, config, units, ...more] = fields;
  const [left, log, piped, windowId, side, group] = more;
  if (!id || !pid || !sessionId || agent === undefined || config === undefined || units === undefined)
    return undefined;
  if (group === undefined) return undefined;
  const viewers = viewersOf(sessionId, group);
  const [attached, typingUntil = 0] = (clients ?? "").split("+");
  return {
    id,
    pid: Number(pid),
    dead: dead === "1",
    sessionId,
    sessionName: more.slice(6).join(separator),
    // A client may come or go between the two lists.
    attached: Math.max(0, Number(attached) - viewers) + (Number(typingUntil) * 1000 > Date.now() ? 1 : 0),
    viewers,
    sessionUnit: sessionUnit ?? "",
    activity: Number(activity),
    agent,
    config,
    units,
    left: left ?? "",
    log: log ?? "",
    isPiped: piped === "1",
    windowId: windowId ?? "",
    side: side ?? "",
  };
}
