import { randomBytes } from "node:crypto";
import {
  forgetReader,
  openPaneScreen,
  type PaneScreen,
  type ScreenPane,
} from "../../../drivers/tmux/screen/open-screen.ts";
import type { Exec } from "../../../system/exec.ts";
import { endReader, openReaderPipe, type ReaderPipe } from "./reader-pipe.ts";

/** The surroundings of a reader. */
interface ReaderWorld {
  readonly exec: Exec;
  /** Its marks begin with the name of the fleet. */
  readonly fleet: string;
  /** The folder for FIFOs. */
  readonly folder: string;
}

/** The opening of a pane's screen. */
interface Opened {
  /** False if tmux gave no answer. */
  readonly isOpen: boolean;
  /** Undefined for a pane that is gone. */
  readonly screen: PaneScreen | undefined;
  /** The pipe that reads the pane from now on; undefined without one. */
  readonly pipe: ReaderPipe | undefined;
  /** True if a pipe was wanted, and could not be made. */
  readonly hasFailed: boolean;
}

/** The reader of one pane at a time. */
export interface PaneReader {
  /** Draws a pane, and begins to read it in the same call if `mayPipe` and nobody else does. */
  readonly open: (pane: ScreenPane, mayPipe: boolean) => Promise<Opened>;
  /** Keeps an opened pipe until its end. */
  readonly begin: (pipe: ReaderPipe, pane: ScreenPane) => void;
  /** Ends the present pipe, and forgets it in tmux. */
  readonly end: () => Promise<void>;
  readonly isReading: () => boolean;
  readonly isOf: (pipe: ReaderPipe) => boolean;
  /** Returns the pane that is read; undefined without a pipe. */
  readonly pane: () => ScreenPane | undefined;
}

/** Returns a reader, which reads nothing yet. */
export function createPaneReader({ exec, fleet, folder }: ReaderWorld): PaneReader {
  let reading: { readonly pipe: ReaderPipe; readonly pane: ScreenPane } | undefined;

  async function endPipe(pipe: ReaderPipe, pane: ScreenPane): Promise<void> {
    await endReader(folder, pipe.mark);
    pipe.close();
    await forgetReader(exec, pane, pipe.mark);
  }

  return {
    async open(pane, mayPipe) {
      const pipe = mayPipe
        ? await openReaderPipe(exec, folder, `${fleet}.${randomBytes(9).toString("hex")}`)
        : undefined;
      const opened = await openPaneScreen(exec, pane, pipe);
      const screen = opened.ok ? opened.value : undefined;
      const isRead = screen?.isRead === true && pipe !== undefined;
      // tmux may have started the reader of a call whose answer is lost.
      if (pipe !== undefined && !opened.ok) await endPipe(pipe, pane);
      else if (!isRead) pipe?.close();
      return {
        isOpen: opened.ok,
        screen,
        pipe: isRead ? pipe : undefined,
        hasFailed: pipe === undefined && mayPipe,
      };
    },
    begin(pipe, pane) {
      reading = { pipe, pane };
    },
    async end() {
      if (reading === undefined) return;
      const { pane, pipe } = reading;
      reading = undefined;
      await endPipe(pipe, pane);
    },
    isReading: () => reading !== undefined,
    isOf: (pipe) => reading?.pipe === pipe,
    pane: () => reading?.pane,
  };
}
