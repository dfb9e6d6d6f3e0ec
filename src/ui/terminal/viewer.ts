import type { PageLink } from "../page-link.ts";
import type { UiTerminal } from "../protocol.ts";
import { cutTitles } from "./cut-titles.ts";
import { frameOf } from "./frames.ts";

/** A terminal on a page. */
export interface Viewer {
  /** Says what the terminal shows, if that is new. */
  readonly tell: (terminal: UiTerminal) => void;
  /** Sends the whole picture. The page has missed nothing after it. */
  readonly picture: (bytes: Uint8Array) => void;
  /** Sends more output, unless the page is behind. */
  readonly stream: (bytes: Buffer) => void;
  /** Takes note of bytes that the page has shown. Returns true if it has caught up, and needs a picture. */
  readonly ack: (bytes: number) => boolean;
  readonly isBehind: () => boolean;
}

/** The bytes on their way from which on a page gets no more output, and those under which it has caught up. */
const mostOnTheWay = 512 * 1024;
const fewOnTheWay = 64 * 1024;

/** Returns the terminal on a channel of a page. */
export function createViewer(link: PageLink, channel: number): Viewer {
  let onTheWay = 0;
  let isBehind = false;
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
    picture(bytes) {
      isBehind = false;
      filter = cutTitles();
      send("picture", bytes);
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
  };
}
