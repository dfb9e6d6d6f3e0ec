import { fail, ok, type Result } from "../diagnostics/diagnostic.ts";
import { fleetCommand, wording } from "../diagnostics/wording.ts";

/** The place of the caller's terminal. */
export type CallerPlace =
  | { readonly kind: "plain" }
  /** A window of the fleet's tmux server, in the session `$N`. */
  | { readonly kind: "same-server"; readonly session: string }
  /** A window of some other tmux server. */
  | { readonly kind: "other-server" }
  /** The pane of an agent of this fleet. */
  | { readonly kind: "agent"; readonly agent: string };

/** A client of a tmux session. */
export interface SessionClient {
  /** Its name for tmux: mostly the path of its terminal. */
  readonly name: string;
  /** Last key or mouse event, seconds since the epoch. */
  readonly activity: number;
  readonly isReadOnly: boolean;
}

/** The session of an agent. */
export interface AttachableSession {
  readonly agent: string;
  /** `$N`; undefined without a session. */
  readonly session: string | undefined;
  /** A pane in it to show, `$N:@N.%N`; undefined for the current one. */
  readonly pane?: string | undefined;
  /** The number of clients that look at it. */
  readonly clients?: number | undefined;
}

/** A call to tmux that brings the caller's terminal to an agent, and whether it takes over the terminal. */
export interface AttachWay {
  readonly kind: "attach" | "switch";
  /** Arguments of tmux, without its socket. */
  readonly args: readonly string[];
}

/**
 * Returns the way from the caller's terminal to an agent's session. Inside the fleet's own tmux server the caller's
 * client changes its session, because a client inside a client of one server shows itself. `clients` are those of the
 * caller's session. Sets no option and no key. Fails without a session, inside an agent's own pane, and without a client
 * to switch.
 */
export function attachWay(
  { agent, session, pane, clients: present = 0 }: AttachableSession,
  place: CallerPlace,
  clients: readonly SessionClient[],
  isReadOnly: boolean,
): Result<AttachWay> {
  if (session === undefined) {
    return fail("not-running", `${agent} has no session`, {
      detail: "It does not run, and its last run left no screen.",
      hint: wording`\`${fleetCommand("status")} ${agent}\` shows its state, and \`${fleetCommand("start")} ${agent}\` starts it`,
    });
  }
  const isInIt = place.kind === "same-server" && place.session === session;
  if (pane !== undefined && place.kind !== "agent" && present > (isInIt ? 1 : 0)) {
    return fail("blocked", `somebody else is attached to ${agent}`, {
      detail: "A session has one current window, so this would move the screen of another person.",
      hint: wording`attach to the agent itself, and choose the window there: ${fleetCommand("attach")} ${agent}`,
    });
  }
  switch (place.kind) {
    case "plain":
    case "other-server":
      return ok({
        kind: "attach",
        args: ["attach-session", ...(isReadOnly ? ["-r"] : []), "-t", pane ?? session],
      });
    case "agent":
      return fail("bad-usage", `this is the terminal of the agent ${place.agent}`, {
        detail: "From here, tmux would move the screen of another person.",
        hint: wording`run it in another terminal; to read what ${agent} prints, use \`${fleetCommand("logs")} ${agent}\``,
      });
    case "same-server":
      return switchClient(pane ?? session, place.session, clients, isReadOnly);
  }
}

/** Returns a switch of the last used client, because tmux chooses that one without a name. */
function switchClient(
  target: string,
  from: string,
  clients: readonly SessionClient[],
  isReadOnly: boolean,
): Result<AttachWay> {
  const [client] = [...clients].sort((a, b) => b.activity - a.activity);
  if (client === undefined) {
    return fail("command-failed", `nobody looks at this tmux session (${from})`, {
      detail: "Without a client there is none to switch.",
      hint: "run it in a terminal that is attached",
    });
  }
  // -r changes to read-only and back.
  const toggle = isReadOnly && !client.isReadOnly ? ["-r"] : [];
  return ok({ kind: "switch", args: ["switch-client", ...toggle, "-c", client.name, "-t", target] });
}
