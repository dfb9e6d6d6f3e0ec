import { runtimeIn } from "../../runtimes/known-runtimes.ts";
import { combine } from "../combine.ts";
import type { Division, ImportedFleet, Input, World } from "../form/imported.ts";
import { type Ledger, openLedger } from "../form/ledger.ts";
import { readSession } from "../sessions/read-session.ts";
import type { RunningPane } from "../../machine/tmux-panes.ts";
import type { SessionPane, SessionWindow } from "../sessions/session.ts";

/** The name of the source in notes. */
const source = "tmux";

const shells = new Set("sh bash zsh fish dash ksh tcsh csh nu elvish ash".split(" "));

/** Returns the sessions of a tmux server as agents. Sessions of one idle shell are left out. */
export function readRunning(panes: readonly RunningPane[], world: World, per: Division): ImportedFleet {
  const names = [...new Set(panes.map(({ session }) => session))];
  const fleets = names.map((name) =>
    fleetOfSession(
      name,
      panes.filter(({ session }) => session === name),
      world,
      per,
    ),
  );
  return combine(fleets);
}

function fleetOfSession(
  name: string,
  panes: readonly RunningPane[],
  world: World,
  per: Division,
): ImportedFleet {
  const ledger = openLedger(source);
  const [first] = panes;
  if (panes.length === 1 && first !== undefined && isShellAlone(first)) {
    ledger.note("idle-session", undefined, name);
    return finishedFleet(ledger);
  }
  const windows = [...new Set(panes.map(({ window }) => window))].map((index) =>
    runningWindow(
      panes.filter(({ window }) => window === index),
      ledger,
    ),
  );
  const [only] = windows;
  // A person has named the session then, and tmux the window.
  const named =
    windows.length === 1 && only !== undefined && first?.isNamedByTmux === true
      ? [{ ...only, name }]
      : windows;
  const input: Input = {
    path: source,
    name,
    folder: first?.folder ?? world.home,
    text: "",
    companions: new Map(),
  };
  const reading = readSession(
    { at: undefined, name, base: input.folder, windows: named },
    { input, world, per, ledger },
  );
  return reading.ok ? reading.value : finishedFleet(ledger);
}

function finishedFleet(ledger: Ledger): ImportedFleet {
  const reading = ledger.finish({ agents: [] });
  return reading.ok ? reading.value : { tmux: {}, defaults: {}, agents: [], lost: [], notes: reading.notes };
}

function isShellAlone({ startCommand, running }: RunningPane): boolean {
  return startCommand === "" && shells.has(running.replace(/^-/, ""));
}

function runningWindow(panes: readonly RunningPane[], ledger: Ledger): SessionWindow {
  const [first] = panes;
  return {
    at: undefined,
    name: first?.windowName,
    folder: first?.folder,
    layout: panes.length > 1 ? first?.layout : undefined,
    panes: panes.map((pane) => runningPane(pane, first?.folder, ledger)),
  };
}

function runningPane(pane: RunningPane, folder: string | undefined, ledger: Ledger): SessionPane {
  const { startCommand, running, session } = pane;
  const isTyped = startCommand === "" && !isShellAlone(pane);
  if (isTyped) ledger.lose("typed-by-hand", undefined, running, session);
  if (startCommand !== "" && !startCommand.includes(running)) {
    ledger.note("start-command", undefined, startCommand, running);
  }
  return {
    at: undefined,
    typed: [],
    inherited: 0,
    isBusy: isTyped,
    // A shell as the start command is a shell, and no program of its own.
    program:
      startCommand === "" || (shells.has(startCommand) && runtimeIn(running) === undefined)
        ? undefined
        : startCommand,
    folder: pane.folder === folder ? undefined : pane.folder,
  };
}
