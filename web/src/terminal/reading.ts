import type { Terminal } from "@xterm/xterm";
import type { UiEarlier, UiTerminal } from "../../../src/ui/terminal/shown-terminal.ts";
import { createDrawing, type Drawings } from "./drawing.ts";
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
interface HeldPicture {
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
  return new ScreenReading(terminal, reader, mostLines);
}

class ScreenReading implements Reading {
  readonly #terminal: Terminal;
  readonly #reader: Reader;
  /** The most lines above the screen. */
  readonly #mostLines: number;
  readonly #replay = createReplay();
  readonly #drawing: Drawings;
  #kind: UiTerminal["kind"] = "none";
  /** The rows above the next picture. */
  #next = 0;
  /** The row of the history with which the terminal begins. */
  #top = 0;
  #isAbove = false;
  /** The last state that the reader knows. */
  #told = "";
  /** The row above which rows were asked for, until they are there; undefined without a question. */
  #asked: number | undefined;
  /** The picture that waits until nobody reads above the screen. */
  #held: HeldPicture | undefined;
  /** No question before, ms since the epoch. */
  #restsUntil = 0;

  constructor(terminal: Terminal, reader: Reader, mostLines: number) {
    [this.#terminal, this.#reader, this.#mostLines] = [terminal, reader, mostLines];
    this.#drawing = createDrawing(terminal, () => this.#look());
    terminal.onRender(() => this.#look());
  }

  shape({ above, kind }: UiTerminal): void {
    this.#kind = kind;
    this.#next = above;
  }

  write(kind: "picture" | "stream", bytes: Uint8Array, drawn: (bytes: number) => void): void {
    const picture = { bytes, above: this.#next };
    const done = (): void => drawn(bytes.length);
    this.#drawing.inTurn(() => {
      if (kind === "stream") {
        this.#replay.stream(bytes);
        return this.#terminal.write(bytes, done);
      }
      if (!this.#isAbove || this.#kind === "stream") return this.#draw(picture, done);
      this.#held = picture;
      return done();
    });
  }

  earlier(earlier: UiEarlier): void {
    this.#drawing.inTurn(() => this.#takeEarlier(earlier));
  }

  scrollTo(place: "first" | "end"): void {
    if (place === "end") this.#terminal.scrollToBottom();
    else if (this.#terminal.buffer.active.viewportY === 0) this.#ask();
    else this.#terminal.scrollToTop();
  }

  /** Looks where the reader is, after each drawing and each step of the reader. */
  #look(): void {
    if (this.#drawing.isUnderWay()) return;
    const { baseY, type, viewportY } = this.#terminal.buffer.active;
    this.#isAbove = type === "normal" && viewportY < baseY;
    this.#tell();
    if (this.#isAbove && viewportY === 0) this.#ask();
    if (!this.#isAbove && this.#held !== undefined) this.#draw(this.#held);
  }

  #tell(): void {
    const hasMore = this.#terminal.buffer.active.viewportY > 0 || this.#hasMore();
    const state = { isAbove: this.#isAbove, hasMore };
    const text = JSON.stringify(state);
    if (text !== this.#told) this.#reader.state(state);
    this.#told = text;
  }

  /** Returns true if the history has rows above those of the terminal, and there is room for them. */
  #hasMore(): boolean {
    const { buffer, rows } = this.#terminal;
    return this.#top > 0 && buffer.normal.length - rows < this.#mostLines;
  }

  #ask(): void {
    if (this.#asked !== undefined || !this.#hasMore() || Date.now() < this.#restsUntil) return;
    this.#asked = this.#top;
    if (this.#held === undefined) this.#reader.wantsEarlier(this.#top);
    else this.#draw(this.#held);
  }

  /** Draws a picture. A reader stays at the same row of the history. */
  #draw({ above, bytes }: HeldPicture, drawn?: () => void): void {
    const row = this.#isAbove ? this.#top + this.#terminal.buffer.active.viewportY : undefined;
    [this.#top, this.#held, this.#asked] = [above, undefined, undefined];
    this.#replay.picture(bytes);
    const line = (): number | undefined => (row === undefined ? undefined : Math.max(0, row - this.#top));
    this.#drawing.keepPlace([bytes], line, drawn);
  }

  /** Draws everything again below earlier rows, if they belong to the last question. */
  #takeEarlier({ end, first, problem, text }: UiEarlier): void {
    if (end !== this.#asked || end !== this.#top) return;
    this.#asked = undefined;
    if (problem === "moved") return this.#terminal.scrollToBottom();
    if (problem === "busy") this.#restsUntil = Date.now() + restMs;
    const parts = problem === null ? this.#replayed(text) : undefined;
    if (parts === undefined) return;
    const { normal } = this.#terminal.buffer;
    const { length: before, viewportY } = normal;
    this.#top = first;
    this.#drawing.keepPlace(parts, () => viewportY + normal.length - before);
  }

  /** Returns everything below earlier rows; undefined if it is not known any more, and the reader wants a picture. */
  #replayed(text: string): readonly (Uint8Array | string)[] | undefined {
    this.#replay.earlier(text);
    const parts = this.#replay.parts();
    if (parts === undefined) this.#reader.wantsPicture();
    return parts;
  }
}
