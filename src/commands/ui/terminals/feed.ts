import type { ScreenFacts } from "../../../drivers/tmux/screen/screen-facts.ts";
import { historyRows, type PaneScreen, type ScreenPane } from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import type { TerminalReason, UiTerminal } from "../../../ui/terminal/shown-terminal.ts";
import type { Viewer } from "../../../ui/terminal/viewer.ts";
import { createAudience, type Audience } from "./audience.ts";
import { createPaneReader, type PaneReader } from "./pane-reader.ts";
import type { ReaderPipe } from "./reader-pipe.ts";
import { createRenewals, type Renewals } from "./renewals.ts";

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

const usualSize = { columns: 80, rows: 24, mode: "", above: 0 };

/** Returns the feed of an agent, which reads nothing before it has a viewer. */
export function createFeed(agent: string, world: FeedWorld): Feed {
  return new AgentFeed(agent, world);
}

class AgentFeed implements Feed {
  readonly agent: string;
  readonly #world: FeedWorld;
  readonly #audience: Audience;
  readonly #reader: PaneReader;
  readonly #renewals: Renewals;
  /** The shape of the pane that is followed. */
  #shape: string | undefined;
  /** False for a pane that has a log, or the pipe of somebody else. */
  #mayPipe = true;

  constructor(agent: string, world: FeedWorld) {
    this.agent = agent;
    this.#world = world;
    this.#audience = createAudience(world.exec);
    this.#reader = createPaneReader(world);
    this.#renewals = createRenewals(() => this.#show().catch(() => this.#absent("failed")));
  }

  get viewers(): ReadonlySet<Viewer> {
    return this.#audience.viewers;
  }

  pane(): ScreenPane | undefined {
    return this.#reader.pane();
  }

  add(viewer: Viewer): void {
    this.#audience.add(viewer);
    this.#again();
  }

  remove(viewer: Viewer): void {
    this.#audience.remove(viewer);
  }

  renew(): void {
    this.#renewals.soon(0);
  }

  read(viewer: Viewer, isReading: boolean): void {
    if (viewer.read(isReading)) this.#again();
  }

  async earlier(viewer: Viewer, end: number): Promise<void> {
    if (!(await this.#audience.earlier(viewer, this.#world.paneOf(this.agent), end))) this.#again();
  }

  shaped(shape: string | undefined): void {
    if (this.#shape !== undefined && shape !== this.#shape) this.#renewals.soon(0);
  }

  async close(): Promise<void> {
    await this.#renewals.close();
    await this.#reader.end().catch(() => undefined);
  }

  /** Shows the present screen, and begins to follow the pane. */
  async #show(): Promise<void> {
    if (this.viewers.size === 0) return;
    const pane = this.#world.paneOf(this.agent);
    if (pane === undefined) return this.#absent("not-running");
    // The picture has everything that comes until then.
    await this.#reader.end();
    const { hasFailed, isOpen, pipe, screen } = await this.#reader.open(pane, this.#mayPipe);
    if (pipe !== undefined && screen !== undefined) return this.#follow(pipe, pane, screen);
    if (screen === undefined) return this.#absent(isOpen ? "not-running" : "failed");
    return this.#showPicture(screen, hasFailed);
  }

  /** Shows a picture, and then all that the pane prints. */
  #follow(pipe: ReaderPipe, pane: ScreenPane, screen: PaneScreen): void {
    this.#reader.begin(pipe, pane);
    this.#shape = shapeOf(pane.id, screen.facts);
    this.#audience.tell({ kind: "stream", reason: null, ...sizeOfTerminal(screen.facts) });
    this.#audience.picture(screen, false);
    pipe.begin(this.#audience.stream, () => {
      if (this.#reader.isOf(pipe)) this.#renewals.soon(0);
    });
  }

  /** Shows a picture of a pane that cannot be followed, and looks again. */
  #showPicture(screen: PaneScreen, hasFailed: boolean): void {
    const { facts } = screen;
    const reason = pictureReason(facts, hasFailed);
    this.#mayPipe = reason === null || reason === "ended" || reason === "failed";
    this.#shape = undefined;
    this.#audience.tell({ kind: "pictures", reason, ...sizeOfTerminal(facts) });
    this.#audience.picture(screen, true);
    this.#renewals.soon(reason === "ended" ? absentMs : 0);
  }

  /** Gives all viewers a new picture soon, even if it looks the same. */
  #again(): void {
    this.#audience.forget();
    this.#renewals.soon(0);
  }

  #absent(reason: TerminalReason): void {
    this.#audience.forget();
    this.#audience.tell({ ...usualSize, kind: "none", reason });
    this.#renewals.soon(absentMs);
  }
}

/** Returns why a pane is shown by pictures; null for a passing reason. */
function pictureReason({ dead, isLogged, isPiped }: ScreenFacts, hasFailed: boolean): TerminalReason | null {
  if (dead) return "ended";
  if (isLogged) return "log";
  if (isPiped) return "pipe";
  return hasFailed ? "failed" : null;
}

function sizeOfTerminal({
  columns,
  historySize,
  mode,
  rows,
}: ScreenFacts): Omit<UiTerminal, "kind" | "reason"> {
  return { columns, rows, mode, above: Math.max(0, historySize - historyRows) };
}

/** Returns the shape of a pane as screenShapes returns it. */
function shapeOf(id: string, { pid, dead, columns, rows, mode }: ScreenFacts): string {
  return `${id} ${pid} ${dead ? 1 : 0} ${columns}x${rows} ${mode}`;
}
