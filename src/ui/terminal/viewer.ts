import type { PageLink } from "../page-link.ts";
import type { UiEarlier, UiTerminal } from "./shown-terminal.ts";
import { cutTitles } from "./cut-titles.ts";
import { frameOf } from "./frames.ts";

/** A terminal on a page. */
export interface Viewer {
  /** Says what the terminal shows, if that is new. */
  readonly tell: (terminal: UiTerminal) => void;
  /**
   * Sends the whole picture. The page has missed nothing after it. One of many is left out while somebody reads above the
   * screen; then it returns false.
   */
  readonly picture: (bytes: Uint8Array, isOfMany: boolean) => boolean;
  /** Sends more output, unless the page is behind. */
  readonly stream: (bytes: Buffer) => void;
  /** Takes note of bytes that the page has shown. Returns true if it has caught up, and needs a picture. */
  readonly ack: (bytes: number) => boolean;
  readonly isBehind: () => boolean;
  /** Begins or ends the reading of lines above a picture. Returns true if a picture was left out in that time. */
  readonly read: (isReading: boolean) => boolean;
  readonly sendEarlier: (earlier: UiEarlier) => void;
}

/** The bytes on their way from which on a page gets no more output, and those under which it has caught up. */
const mostOnTheWay = 512 * 1024;
const fewOnTheWay = 64 * 1024;

/** Returns the terminal on a channel of a page. */
export function createViewer(link: PageLink, channel: number): Viewer {
  return new PageViewer(link, channel);
}

class PageViewer implements Viewer {
  readonly #link: PageLink;
  readonly #channel: number;
  /** Bytes that the page has not shown yet. */
  #onTheWay = 0;
  /** True if the page has missed output, until its next picture. */
  #isBehind = false;
  /** True while somebody reads above the screen, and whether a picture was left out since. */
  #isReading = false;
  #hasMissed = false;
  /** The last terminal that the page knows. */
  #told = "";
  #filter = cutTitles();

  constructor(link: PageLink, channel: number) {
    [this.#link, this.#channel] = [link, channel];
  }

  tell(terminal: UiTerminal): void {
    const text = JSON.stringify(terminal);
    if (text !== this.#told) this.#link.send({ t: "terminal", channel: this.#channel, terminal });
    this.#told = text;
  }

  picture(bytes: Uint8Array, isOfMany: boolean): boolean {
    if (this.#isReading && isOfMany) {
      this.#hasMissed = true;
      return false;
    }
    this.#isBehind = false;
    this.#filter = cutTitles();
    this.#send("picture", bytes);
    return true;
  }

  stream(bytes: Buffer): void {
    if (this.#isBehind) return;
    if (this.#onTheWay > mostOnTheWay) this.#isBehind = true;
    else this.#send("stream", this.#filter(bytes));
  }

  ack(bytes: number): boolean {
    this.#onTheWay = Math.max(0, this.#onTheWay - bytes);
    return this.#isBehind && this.#onTheWay < fewOnTheWay;
  }

  isBehind(): boolean {
    return this.#isBehind;
  }

  read(isReading: boolean): boolean {
    this.#isReading = isReading;
    const missed = this.#hasMissed && !isReading;
    this.#hasMissed &&= isReading;
    return missed;
  }

  sendEarlier(earlier: UiEarlier): void {
    this.#link.send({ t: "earlier", channel: this.#channel, earlier });
  }

  #send(kind: "picture" | "stream", bytes: Uint8Array): void {
    this.#onTheWay += bytes.length;
    this.#link.sendBytes(frameOf(kind, this.#channel, bytes));
  }
}
