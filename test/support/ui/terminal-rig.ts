import { expect } from "vitest";
import { expandTabs } from "../../../src/drivers/tmux/format/expand-tabs.ts";
import { declare, fleet, tmux, waits } from "../fleet/fleet.ts";
import type { Sandbox } from "../rig/sandbox.ts";
import { until } from "../rig/until.ts";
import { logIn, openPageSocket, serveUi, type LoggedIn, type PageSocket, type UiServed } from "./serve-ui.ts";
import { watchTerminal, type WatchedTerminal } from "./watch-terminal.ts";
import { watchTmux, type WatchedTmux } from "./watch-tmux.ts";

/** Prints the files that are named in its FIFO, one a line. */
const printer = `mkfifo ~/$NAME.in; exec bash -c 'exec 3<>~/'$NAME'.in; stty -echo; while read -r file <&3; do cat "$file"; done'`;
const named = (name: string, more: object = {}) => ({ command: printer, env: { NAME: name }, ...more });

/** The agents of the rig: three that print texts, one of them with a log, and one that is quiet. */
export const terminalAgents = {
  painter: named("painter"),
  piped: named("piped"),
  logged: named("logged", { log: true }),
  quiet: { command: waits },
};

/** The pipes and marks of all panes, if no terminal is open. */
export const untouched = "logged 1 \npainter 0 \npiped 0 \nquiet 0 \n";

/** A fleet with its page, whose terminals are opened without a browser. */
export interface TerminalRig {
  readonly box: Sandbox;
  /** Applies the fleet and serves its page, behind a watched tmux. */
  readonly begin: () => Promise<void>;
  /** Serves the page again, and opens it. */
  readonly serve: () => Promise<void>;
  readonly ui: UiServed;
  readonly page: PageSocket;
  readonly watchedTmux: WatchedTmux;
  /** Opens one more page. */
  readonly another: () => Promise<PageSocket>;
  /** Opens a terminal of an agent, by default on the first page. */
  readonly watch: (agent: string, on?: PageSocket) => WatchedTerminal;
  /** The channel of the last terminal. */
  readonly channel: number;
  /** Lets an agent print a text. */
  readonly print: (agent: string, text: string) => Promise<void>;
  /** Returns the rows of an agent's screen, as tmux shows them. */
  readonly paneOf: (agent: string) => Promise<readonly string[]>;
  /** Waits until a terminal shows the screen of its agent. */
  readonly same: (agent: string, watched: WatchedTerminal) => Promise<true>;
  /** Returns the number of readers of pipes. */
  readonly readers: () => Promise<number>;
  /** Returns the pipes and marks of all panes. */
  readonly traces: () => Promise<string>;
}

/** Returns the rig of a sandbox, before its begin. */
export function terminalRig(box: Sandbox): TerminalRig {
  let ui: UiServed;
  let session: LoggedIn;
  let page: PageSocket;
  let watchedTmux: WatchedTmux;
  let channel = 0;
  const another = (): Promise<PageSocket> => openPageSocket(ui.origin, session);
  const paneOf = async (agent: string): Promise<readonly string[]> => {
    const shown = await tmux(box, "capture-pane", "-p", "-t", `=${agent}:`);
    const rows = expandTabs(shown).replace(/\n$/, "").split("\n");
    return rows.map((row) => row.trimEnd());
  };
  const serve = async (): Promise<void> => {
    ui = await serveUi(box);
    session = await logIn(ui);
    page = await another();
    await page.hears("state");
  };
  return {
    box,
    async begin() {
      await declare(box, { agents: terminalAgents });
      await fleet(box, "apply", "--yes");
      watchedTmux = await watchTmux(box);
      await serve();
    },
    serve,
    get ui() {
      return ui;
    },
    get page() {
      return page;
    },
    get watchedTmux() {
      return watchedTmux;
    },
    another,
    watch: (agent, on = page) => watchTerminal(on, agent, (channel += 1)),
    get channel() {
      return channel;
    },
    async print(agent, text) {
      await box.write(`~/${agent}.text`, text);
      await box.sh(`echo ~/${agent}.text >~/${agent}.in`);
    },
    paneOf,
    same: (agent, watched) =>
      until(`the page shows the screen of ${agent}`, async () => {
        const rows = await paneOf(agent);
        expect(watched.rows()).toEqual(rows);
        return true;
      }),
    readers: async () => Number((await box.sh("pgrep -fc '^dd .*/mosaic-fleet/mosaic.ui/' || :")).trim()),
    traces: () => tmux(box, "list-panes", "-a", "-F", "#{session_name} #{pane_pipe} #{@mosaic_ui}"),
  };
}
