import type { Division, ImportedAgent, ImportedFleet } from "../form/imported.ts";
import { agentAt } from "../form/ledger.ts";
import { openNames } from "../form/names.ts";
import type { ReadPane, ReadWindow, SessionReader } from "./read-windows.ts";
import { mainWindow } from "./window-wishes.ts";

/** Makes an agent of each window, or of each pane. Idle shells are left out. */
export function asAgents(
  windows: readonly ReadWindow[],
  reader: SessionReader,
  per: Division,
): Pick<ImportedFleet, "agents" | "defaults"> {
  const { session, ledger } = reader;
  const names = openNames();
  const agents = windows.flatMap((window, index): readonly ImportedAgent[] => {
    const fallback = `window-${index + 1}`;
    const working = window.panes.filter(({ isWorking }) => isWorking);
    if (working.length === 0) {
      ledger.note("idle-left-out", window.at, window.name ?? fallback);
      return [];
    }
    const heads = per === "pane" ? working : window.panes.slice(0, 1);
    return heads.map((pane) => {
      const wanted = per === "pane" ? (pane.name ?? window.name) : window.name;
      const name = names(wanted ?? fallback, ledger, pane.at, fallback);
      return paneAgent(window, pane, name, per, reader);
    });
  });
  for (const line of [...(session.preStart ?? []), ...(session.preStop ?? [])]) {
    ledger.lose("hook-of-all", session.at, line);
  }
  return withSessionDefaults(agents, reader);
}

function paneAgent(
  window: ReadWindow,
  pane: ReadPane,
  name: string,
  per: Division,
  { input, world }: SessionReader,
): ImportedAgent {
  const workdir = pane.folder ?? window.folder;
  const env = new Map(pane.env);
  const main = per === "pane" ? {} : mainWindow(window, name, workdir);
  return agentAt(name, input.path, window.at, {
    keys: {
      command: pane.command ?? [world.shell, "-li"],
      ...(workdir === undefined ? {} : { workdir }),
      ...(env.size === 0 ? {} : { env: Object.fromEntries(env) }),
    },
    wishes: Object.keys(main).length === 0 ? {} : { windows: new Map([["main", main]]) },
  });
}

/** Moves the folder and the variables agents share into `defaults`. */
function withSessionDefaults(
  agents: readonly ImportedAgent[],
  { session, folder }: SessionReader,
): Pick<ImportedFleet, "agents" | "defaults"> {
  const isShared = folder !== undefined && agents.some(({ keys }) => keys["workdir"] === folder);
  const env = Object.fromEntries(session.env ?? []);
  const hasEnv = agents.length > 0 && Object.keys(env).length > 0;
  return {
    defaults: { ...(isShared ? { workdir: folder } : {}), ...(hasEnv ? { env } : {}) },
    agents: agents.map((agent) => {
      if (!isShared || agent.keys["workdir"] !== folder) return agent;
      const { workdir: _shared, ...keys } = agent.keys;
      return { ...agent, keys };
    }),
  };
}
