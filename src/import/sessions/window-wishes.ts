import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { Ledger } from "../form/ledger.ts";
import type { ReadPane, ReadWindow } from "./read-windows.ts";
import type { Session } from "./session.ts";

type WrittenEntry = Readonly<Record<string, WrittenValue>>;

/** Returns the wishes for the window of an agent's command: its title, and the panes next to the first. */
export function mainWindow(
  { name, layout, panes }: ReadWindow,
  agent: string,
  workdir: string | undefined,
): WrittenEntry {
  const isTitled = name !== undefined && name !== agent && name !== "main" && name !== "";
  const further = panes.slice(1).map((pane) => paneWish(pane, workdir));
  return {
    ...(isTitled ? { title: name } : {}),
    ...(layout === undefined ? {} : { layout }),
    ...(further.length === 0 ? {} : { panes: further }),
  };
}

/** Returns the wishes for another window. A pane alone in it has no name besides the name of the window. */
export function furtherWindow(
  { panes, folder, layout, focus }: ReadWindow,
  workdir: string | undefined,
): WrittenEntry {
  const [only] = panes;
  if (panes.length === 1 && only !== undefined) {
    const { name: _ofPane, ...wish } = paneWish(only, workdir);
    return { ...wish, ...(focus ? { focus } : {}) };
  }
  return {
    ...(focus ? { focus } : {}),
    ...(layout === undefined ? {} : { layout }),
    ...(folder === undefined || folder === workdir ? {} : { workdir: folder }),
    panes: panes.map((pane) => paneWish(pane, folder ?? workdir)),
  };
}

function paneWish(
  { command, folder, hasFolder, env, focus, name }: ReadPane,
  workdir: string | undefined,
): WrittenEntry {
  const isElsewhere = folder !== undefined && (hasFolder || folder !== workdir);
  return {
    ...(name === undefined ? {} : { name }),
    ...(command === undefined ? {} : { command }),
    ...(isElsewhere ? { workdir: folder } : {}),
    ...(env.length === 0 ? {} : { env: Object.fromEntries(env) }),
    ...(focus ? { focus } : {}),
  };
}

/** Returns the wishes for what runs around a session. */
export function sessionHooks({ preStart = [], preStop = [], at }: Session, ledger: Ledger): WrittenEntry {
  if (preStart.length > 0) ledger.note("each-start", at, preStart.join("; "));
  const hooks = {
    ...(preStart.length === 0 ? {} : { preStart }),
    ...(preStop.length === 0 ? {} : { preStop }),
  };
  return Object.keys(hooks).length === 0 ? {} : { hooks };
}
