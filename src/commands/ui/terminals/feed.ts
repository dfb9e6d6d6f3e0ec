import type { ScreenFacts } from "../../../drivers/tmux/screen/screen-facts.ts";
import { historyRows, type PaneScreen, type ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import type { TerminalReason, UiTerminal } from "../../../ui/terminal/shown-terminal.ts";
import type { Viewer } from "../../../ui/terminal/viewer.ts";
import { createAudience } from "./audience.ts";
import { createPaneReader } from "./pane-reader.ts";
import type { ReaderPipe } from "./reader-pipe.ts";
import { createRenewals } from "./renewals.ts";

/** The screen of one agent, for all its viewers. */
export interface Feed {
  readonly agent: string;
  readonly viewers: ReadonlySet<Viewer>;
  /** The pane that is read; undefined without a pipe. */
  readonly pane: () => ScreenPane | undefined;
  readonly add: (viewer: Viewer) => void;
  readonly remove: (viewer: Viewer) => void;
  /** Gives all viewers a new picture, soon. */
  readonly renew: () => void;
  /** A viewer begins or ends the reading of lines above a picture. */
  readonly read: (viewer: Viewer, isReading: boolean) => void;
  /** Gives a viewer the rows of the history above `end`. */
  readonly earlier: (viewer: Viewer, end: number) => Promise<void>;
  /** Takes the present shape of the pane: another process, size or mode needs a new picture. */
  readonly shaped: (shape: string | undefined) => void;
  /** Ends the pipe. Fulfilled if tmux has closed it. */
  readonly close: () => Promise<void>;
}

/** The surroundings of a feed. */
export interface FeedWorld {
  readonly exec: Exec;
  /** Its marks begin with the name of the fleet: several may share a tmux server. */
  readonly fleet: string;
  /** The folder for FIFOs. */
  readonly folder: string;
  /** Returns the present pane of an agent; undefined if it has none. */
  readonly paneOf: (agent: string) => ScreenPane | undefined;
}

/** The time until the next look for an agent without a pane, or with an ended command, ms. */
const absentMs = 500;

const none = { columns: 80, rows: 24, mode: "", above: 0 };

/** Returns the feed of an agent, which reads nothing before it has a viewer. */
export function createFeed(agent: string, world: FeedWorld): Feed {
  const audience = createAudience(world.exec);
  const { viewers } = audience;
  const reader = createPaneReader(world);
  const renewals = createRenewals(() => renew().catch(() => absent("failed")));
  /** The shape of the pane that is followed. */
  let shape: string | undefined;
  let mayPipe = true;

  async function renew(): Promise<void> {
    if (viewers.size === 0) return;
    const pane = world.paneOf(agent);
    if (pane === undefined) return absent("not-running");
    // The picture has everything that comes until then.
    await reader.end();
    const { hasFailed, isOpen, pipe, screen } = await reader.open(pane, mayPipe);
    if (pipe !== undefined && screen !== undefined) return follow(pipe, pane, screen);
    if (screen === undefined) return absent(isOpen ? "not-running" : "failed");
    return showPicture(screen, hasFailed);
  }

  /** Shows a picture, and then all that the pane prints. */
  function follow(pipe: ReaderPipe, pane: ScreenPane, screen: PaneScreen): void {
    reader.begin(pipe, pane);
    shape = shapeOf(pane.id, screen.facts);
    audience.tell({ kind: "stream", reason: null, ...sizeOf(screen.facts) });
    audience.picture(screen, false);
    pipe.begin(audience.stream, () => {
      if (reader.isOf(pipe)) renewals.soon(0);
    });
  }

  /** Shows a picture of a pane that cannot be followed, and looks again. */
  function showPicture(screen: PaneScreen, hasFailed: boolean): void {
    const { facts } = screen;
    const reason = reasonOf(facts, hasFailed);
    mayPipe = reason === null || reason === "ended" || reason === "failed";
    shape = undefined;
    audience.tell({ kind: "pictures", reason, ...sizeOf(facts) });
    audience.picture(screen, true);
    renewals.soon(reason === "ended" ? absentMs : 0);
  }

  /** Gives all viewers a new picture soon, even if it looks the same. */
  function again(): void {
    audience.forget();
    renewals.soon(0);
  }

  function absent(reason: TerminalReason): void {
    audience.forget();
    audience.tell({ ...none, kind: "none", reason });
    renewals.soon(absentMs);
  }

  return {
    agent,
    viewers,
    pane: reader.pane,
    add(viewer) {
      audience.add(viewer);
      again();
    },
    remove: audience.remove,
    renew: () => renewals.soon(0),
    read(viewer, isReading) {
      if (viewer.read(isReading)) again();
    },
    async earlier(viewer, end) {
      if (!(await audience.earlier(viewer, world.paneOf(agent), end))) again();
    },
    shaped(next) {
      if (shape !== undefined && next !== shape) renewals.soon(0);
    },
    async close() {
      await renewals.close();
      await reader.end().catch(() => undefined);
    },
  };
}

/** Returns why a pane is shown by pictures; null for a passing reason. */
function reasonOf({ dead, isLogged, isPiped }: ScreenFacts, hasFailed: boolean): TerminalReason | null {
  if (dead) return "ended";
  if (isLogged) return "log";
  if (isPiped) return "pipe";
  return hasFailed ? "failed" : null;
}

function sizeOf({ columns, historySize, mode, rows }: ScreenFacts): Omit<UiTerminal, "kind" | "reason"> {
  return { columns, rows, mode, above: Math.max(0, historySize - historyRows) };
}

/** Returns the shape of a pane as screenShapes returns it. */
function shapeOf(id: string, { pid, dead, columns, rows, mode }: ScreenFacts): string {
  return `${id} ${pid} ${dead ? 1 : 0} ${columns}x${rows} ${mode}`;
}
