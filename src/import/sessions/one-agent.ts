import type { WrittenValue } from "../../config/writing/fleet-text.ts";
import type { Division, ImportedAgent } from "../form/imported.ts";
import { agentAt, openLedger } from "../form/ledger.ts";
import { openNames, plainName } from "../form/names.ts";
import type { ReadWindow, SessionReader } from "./read-windows.ts";
import { furtherWindow, mainWindow, sessionHooks } from "./window-wishes.ts";

/** Makes a whole session one agent: its first pane is the command, and the others are wishes. */
export function asOneAgent(
  windows: readonly ReadWindow[],
  reader: SessionReader,
  per: Division,
): ImportedAgent {
  const { session, ledger, world, input } = reader;
  const [main, ...others] = windows;
  const [first] = main?.panes ?? [];
  const name = openNames()(session.name, ledger, session.at, "session");
  const workdir = first?.folder ?? main?.folder ?? reader.folder;
  const env = new Map([...(session.env ?? []), ...(first?.env ?? [])]);
  tellOfDivision(windows, reader, per);
  if (first?.command !== undefined) ledger.note("shell-ends", first.at, name);
  const all = windowWishes(main, others, { ...reader, agent: name, workdir });
  return agentAt(name, input.path, session.at, {
    keys: {
      command: first?.command ?? [world.shell, "-li"],
      ...(workdir === undefined ? {} : { workdir }),
      ...(env.size === 0 ? {} : { env: Object.fromEntries(env) }),
      restart: { policy: "no" },
    },
    wishes: { ...sessionHooks(session, ledger), ...(all.size === 0 ? {} : { windows: all }) },
  });
}

function tellOfDivision(
  windows: readonly ReadWindow[],
  { session, ledger }: SessionReader,
  per: Division,
): void {
  if (windows.length < 2) return;
  if (per === "auto") ledger.note("one-agent", session.at, session.name);
  for (const { name, at, panes } of windows) {
    const runtime = panes.find((pane) => pane.runtime !== undefined)?.runtime;
    if (runtime !== undefined) ledger.note("agent-window", at, name ?? "?", runtime);
  }
}

function windowWishes(
  main: ReadWindow | undefined,
  others: readonly ReadWindow[],
  {
    agent,
    workdir,
    ledger,
  }: SessionReader & { readonly agent: string; readonly workdir: string | undefined },
): ReadonlyMap<string, WrittenValue> {
  const names = openNames(["main"]);
  const wishes = new Map<string, WrittenValue>();
  const ofMain = main === undefined ? {} : mainWindow(main, agent, workdir);
  if (Object.keys(ofMain).length > 0) wishes.set("main", ofMain);
  // The title of the main window is a name tmux shows as well.
  if (main?.name !== undefined && main.name !== "" && plainName(main.name, "main") !== "main")
    names(main.name, openLedger(""), main.at, "main");
  others.forEach((window, index) => {
    wishes.set(
      names(window.name ?? "", ledger, window.at, `window-${index + 2}`),
      furtherWindow(window, workdir),
    );
  });
  return wishes;
}
