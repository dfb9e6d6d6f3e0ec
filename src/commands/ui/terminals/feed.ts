import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { ScreenFacts } from "../../../drivers/tmux/screen/screen-facts.ts";
import {
  closeScreen,
  openPaneScreen,
  type PaneScreen,
  type ScreenPane,
} from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import type { TerminalReason, UiTerminal } from "../../../ui/protocol.ts";
import { pictureBytes } from "../../../ui/terminal/picture-bytes.ts";
import type { Viewer } from "../../../ui/terminal/viewer.ts";
import { isReading, openReaderPipe, type ReaderPipe } from "./reader-pipe.ts";

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

/** The shortest time between two pictures, ms. */
const betweenMs = 250;
/** The time until the next look for an agent without a pane, or with an ended command, ms. */
const absentMs = 500;
/** Lines above the screen in a picture. More of them would hold up tmux, and with it all agents. */
const historyLines = 500;
/** The longest wait for the start of a reader, ms. */
const startMs = 1_000;

const none = { columns: 80, rows: 24, mode: "" };

/** Returns the feed of an agent, which reads nothing before it has a viewer. */
export function createFeed(agent: string, { exec, fleet, folder, paneOf }: FeedWorld): Feed {
  const viewers = new Set<Viewer>();
  let reading: { readonly pipe: ReaderPipe; readonly pane: ScreenPane } | undefined;
  let shape: string | undefined;
  let shown = "";
  let told: UiTerminal = { kind: "none", reason: null, ...none };
  let mayPipe = true;
  let timer: NodeJS.Timeout | undefined;
  let renewedAt = 0;
  let work: Promise<void> = Promise.resolve();
  let isClosed = false;

  function soon(ms: number): void {
    if (isClosed || viewers.size === 0) return;
    const wait = Math.max(ms, renewedAt + betweenMs - Date.now(), 0);
    clearTimeout(timer);
    timer = setTimeout(() => {
      work = work.then(renew).catch(() => absent("failed"));
    }, wait);
  }

  async function renew(): Promise<void> {
    if (isClosed || viewers.size === 0) return;
    renewedAt = Date.now();
    const pane = paneOf(agent);
    if (pane === undefined) return absent("not-running");
    if (reading !== undefined && reading.pane.id !== pane.id) await endReading();
    const replaces = (await isAlive()) ? reading?.pipe.mark : undefined;
    const pipe = mayPipe
      ? await openReaderPipe(exec, folder, `${fleet}.${randomBytes(9).toString("hex")}`)
      : undefined;
    const opened = await openPaneScreen(exec, pane, historyLines, pipe && { ...pipe, replaces });
    const screen = opened.ok ? opened.value : undefined;
    if (screen?.isRead === true && pipe !== undefined) return follow(pipe, pane, screen);
    pipe?.close();
    if (replaces === undefined) await endReading();
    if (screen === undefined) return absent(opened.ok ? "not-running" : "failed");
    return showPicture(screen, pipe === undefined && mayPipe);
  }

  /** Shows a picture, and then all that the pane prints. */
  function follow(pipe: ReaderPipe, pane: ScreenPane, screen: PaneScreen): void {
    reading?.pipe.close();
    reading = { pipe, pane };
    shape = shapeOf(pane.id, screen.facts);
    tell({ kind: "stream", reason: null, ...sizeOf(screen.facts) });
    picture(screen);
    pipe.begin(
      (bytes) => {
        for (const viewer of viewers) viewer.stream(bytes);
      },
      () => {
        if (reading?.pipe === pipe) soon(0);
      },
    );
  }

  /** Shows a picture of a pane that cannot be followed, and looks again. */
  function showPicture(screen: PaneScreen, hasFailed: boolean): void {
    const { facts } = screen;
    const { dead, isLogged, isPiped } = facts;
    const reason: TerminalReason | null = dead
      ? "ended"
      : isLogged
        ? "log"
        : isPiped
          ? "pipe"
          : hasFailed
            ? "failed"
            : null;
    mayPipe = reason === null || reason === "ended" || reason === "failed";
    shape = undefined;
    tell({ kind: "pictures", reason, ...sizeOf(facts) });
    if ([...viewers].every((viewer) => !viewer.isBehind())) picture(screen);
    soon(reason === "ended" ? absentMs : 0);
  }

  function picture(screen: PaneScreen): void {
    const text = pictureBytes(screen.facts, screen);
    if (text === shown && reading === undefined) return;
    shown = text;
    const bytes = Buffer.from(text);
    for (const viewer of viewers) viewer.picture(bytes);
  }

  function absent(reason: TerminalReason): void {
    shown = "";
    tell({ ...none, kind: "none", reason });
    soon(absentMs);
  }

  function tell(next: UiTerminal): void {
    told = next;
    for (const viewer of viewers) viewer.tell(told);
  }

  /** Returns true if the present reader lives. Waits for one that is just starting. */
  async function isAlive(): Promise<boolean> {
    if (reading === undefined) return false;
    for (const end = Date.now() + startMs; ; await pause(10)) {
      const alive = isReading(folder, reading.pipe.mark);
      if (alive !== "unknown" || Date.now() > end) return alive === true;
    }
  }

  async function endReading(): Promise<void> {
    if (reading === undefined) return;
    const { pane, pipe } = reading;
    const alive = await isAlive();
    reading = undefined;
    await closeScreen(exec, pane, pipe.mark, alive);
    pipe.close();
  }

  return {
    agent,
    viewers,
    pane: () => reading?.pane,
    add(viewer) {
      viewers.add(viewer);
      shown = "";
      soon(0);
    },
    remove(viewer) {
      viewers.delete(viewer);
    },
    renew: () => soon(0),
    shaped(next) {
      if (shape !== undefined && next !== shape) soon(0);
    },
    async close() {
      isClosed = true;
      clearTimeout(timer);
      work = work.then(endReading).catch(() => undefined);
      await work;
    },
  };
}

function sizeOf({ columns, rows, mode }: ScreenFacts): Pick<UiTerminal, "columns" | "rows" | "mode"> {
  return { columns, rows, mode };
}

/** Returns the shape of a pane as screenShapes returns it. */
function shapeOf(id: string, { pid, dead, columns, rows, mode }: ScreenFacts): string {
  return `${id} ${pid} ${dead ? 1 : 0} ${columns}x${rows} ${mode}`;
}
