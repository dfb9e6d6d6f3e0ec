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
  let onTheWay = 0;
  let isBehind = false;
  let isReading = false;
  let hasMissed = false;
  let told = "";
  let filter = cutTitles();
  function send(kind: "picture" | "stream", bytes: Uint8Array): void {
    onTheWay += bytes.length;
    link.sendBytes(frameOf(kind, channel, bytes));
  }
  return {
    tell(terminal) {
      const text = JSON.stringify(terminal);
      if (text !== told) link.send({ t: "terminal", channel, terminal });
      told = text;
    },
    picture(bytes, isOfMany) {
      if (isReading && isOfMany) {
        hasMissed = true;
        return false;
      }
      isBehind = false;
      filter = cutTitles();
      send("picture", bytes);
      return true;
    },
    stream(bytes) {
      if (isBehind) return;
      if (onTheWay > mostOnTheWay) isBehind = true;
      else send("stream", filter(bytes));
    },
    ack(bytes) {
      onTheWay = Math.max(0, onTheWay - bytes);
      return isBehind && onTheWay < fewOnTheWay;
    },
    isBehind: () => isBehind,
    read(next) {
      isReading = next;
      const missed = hasMissed && !next;
      hasMissed &&= next;
      return missed;
    },
    sendEarlier: (earlier) => link.send({ t: "earlier", channel, earlier }),
  };
}
