import type { Terminal } from "@xterm/xterm";
import type { UiEarlier, UiTerminal } from "../../../src/ui/terminal/shown-terminal.ts";
import { createDrawing } from "./drawing.ts";
import { createReplay } from "./replay.ts";

/** The state of the lines above the screen. */
export interface ReadingState {
  /** True while the last line is not on the screen. */
  readonly isAbove: boolean;
  /** True if there are lines above those on the screen. */
  readonly hasMore: boolean;
}

/** The receiver of everything about lines above the screen. */
export interface Reader {
  readonly state: (state: ReadingState) => void;
  /** Asks for the rows above this one. */
  readonly wantsEarlier: (end: number) => void;
  /** Asks for a new picture. */
  readonly wantsPicture: () => void;
}

/** The output of a terminal, with the lines above the screen. */
export interface Reading {
  readonly shape: (terminal: UiTerminal) => void;
  readonly write: (kind: "picture" | "stream", bytes: Uint8Array, drawn: (bytes: number) => void) => void;
  readonly earlier: (earlier: UiEarlier) => void;
  readonly scrollTo: (place: "first" | "end") => void;
}

/** A picture, with the number of rows above it. */
interface Picture {
  readonly bytes: Uint8Array;
  readonly above: number;
}

/** The time until the next try to read a history that grows too fast, ms. */
const restMs = 1_000;

/**
 * Draws the output of a pane, and asks for earlier lines as soon as somebody has scrolled to the first one. The place on the
 * screen stays. While somebody reads above the screen, pictures of a pane without a stream wait.
 */
export function followReading(terminal: Terminal, reader: Reader, mostLines: number): Reading {
  const replay = createReplay();
  const { buffer } = terminal;
  let kind: UiTerminal["kind"] = "none";
  /** The rows above the next picture, and the row of the history with which the terminal begins. */
  let next = 0;
  let top = 0;
  let isAbove = false;
  let told = "";
  let asked: number | undefined;
  let held: Picture | undefined;
  let restsUntil = 0;
  const drawing = createDrawing(terminal, look);

  const hasMore = (): boolean => top > 0 && buffer.normal.length - terminal.rows < mostLines;

  function tell(): void {
    const state = { isAbove, hasMore: buffer.active.viewportY > 0 || hasMore() };
    const text = JSON.stringify(state);
    if (text !== told) reader.state(state);
    told = text;
  }

  function look(): void {
    if (drawing.isUnderWay()) return;
    const { baseY, type, viewportY } = buffer.active;
    isAbove = type === "normal" && viewportY < baseY;
    tell();
    if (isAbove && viewportY === 0) ask();
    if (!isAbove && held !== undefined) draw(held);
  }

  function ask(): void {
    if (asked !== undefined || !hasMore() || Date.now() < restsUntil) return;
    asked = top;
    if (held !== undefined) return draw(held);
    reader.wantsEarlier(top);
  }

  /** Draws a picture. A reader stays at the same row of the history. */
  function draw({ above, bytes }: Picture, drawn?: () => void): void {
    const row = isAbove ? top + buffer.active.viewportY : undefined;
    [top, held, asked] = [above, undefined, undefined];
    replay.picture(bytes);
    drawing.keepPlace([bytes], () => (row === undefined ? undefined : Math.max(0, row - top)), drawn);
  }

  terminal.onRender(look);

  return {
    shape(terminalState) {
      kind = terminalState.kind;
      next = terminalState.above;
    },
    write: (what, bytes, drawn) => {
      const picture = { bytes, above: next };
      drawing.inTurn(() => {
        const done = (): void => drawn(bytes.length);
        if (what === "stream") {
          replay.stream(bytes);
          return terminal.write(bytes, done);
        }
        if (!isAbove || kind === "stream") return draw(picture, done);
        held = picture;
        return done();
      });
    },
    earlier: ({ end, first, problem, text }) =>
      drawing.inTurn(() => {
        if (end !== asked || end !== top) return;
        asked = undefined;
        if (problem === "moved") return terminal.scrollToBottom();
        if (problem === "busy") restsUntil = Date.now() + restMs;
        const parts = problem === null ? replayed(text) : undefined;
        if (parts === undefined) return undefined;
        const before = buffer.normal.length;
        const { viewportY } = buffer.normal;
        top = first;
        return drawing.keepPlace(parts, () => viewportY + buffer.normal.length - before);
      }),
    scrollTo(place) {
      if (place === "end") terminal.scrollToBottom();
      else if (buffer.active.viewportY === 0) ask();
      else terminal.scrollToTop();
    },
  };

  function replayed(text: string): readonly (Uint8Array | string)[] | undefined {
    replay.earlier(text);
    const parts = replay.parts();
    if (parts === undefined) reader.wantsPicture();
    return parts;
  }
}
