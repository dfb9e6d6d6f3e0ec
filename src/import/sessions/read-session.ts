import type { Division, Input, ImportResult, World } from "../form/imported.ts";
import type { Ledger } from "../form/ledger.ts";
import { asAgents } from "./many-agents.ts";
import { asOneAgent } from "./one-agent.ts";
import { isGiven, readWindow, sessionFolder, type ReadWindow, type SessionReader } from "./read-windows.ts";
import type { Session } from "./session.ts";

/** The account and the wishes of the caller, for the readers of session files. */
export interface SessionRequest {
  readonly input: Input;
  readonly world: World;
  readonly per: Division;
  readonly ledger: Ledger;
}

/**
 * Returns the agents of a session. By default each window is one if at least two, or all that are not idle,
 * run a known AI agent; otherwise the session is one.
 */
export function readSession(session: Session, { input, world, per, ledger }: SessionRequest): ImportResult {
  const folder = sessionFolder(session.folder, session.base, session.at, { world, ledger });
  const base = folder ?? (isGiven(session.folder) ? undefined : session.base);
  const reader: SessionReader = { input, world, ledger, session, folder, base };
  if (session.windows.length === 0) ledger.note("no-windows", session.at, session.name);
  const windows = session.windows.map((window) => readWindow(window, reader));
  const tmux = {
    ...(session.socket === undefined ? {} : { socket: session.socket }),
    ...(session.config === undefined ? {} : { config: session.config }),
  };
  const division = per === "auto" ? divisionOf(windows) : per;
  const fleet =
    division === "session"
      ? { agents: [asOneAgent(windows, reader, per)] }
      : asAgents(windows, reader, division);
  const { agents, defaults } = { defaults: {}, ...fleet };
  const hasFolders = agents.every(({ keys }) => "workdir" in keys) || "workdir" in defaults;
  if (session.folder === undefined && !hasFolders) ledger.note("no-root", session.at, session.name);
  return ledger.finish({ tmux, ...fleet });
}

function divisionOf(windows: readonly ReadWindow[]): Division {
  const working = windows.filter(({ panes }) => panes.some(({ isWorking }) => isWorking));
  const known = working.filter(({ panes }) => panes.some(({ runtime }) => runtime !== undefined));
  return known.length >= 2 || (known.length > 0 && known.length === working.length) ? "window" : "session";
}
