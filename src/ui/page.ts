import type { WebSocket } from "ws";
import { createMessageRate } from "./message-rate.ts";
import type { PageLink } from "./page-link.ts";
import type { ToPage, UiPictures } from "./protocol.ts";

/** An open page. */
export interface Page {
  readonly socket: WebSocket;
  readonly link: PageLink;
  /** Returns false for a message too many. */
  readonly mayTell: (now: number) => boolean;
  visible: boolean;
  rows: readonly string[];
  wall: readonly string[];
  /** The number of beats since its last sign of life. */
  silentBeats: number;
  /** True if the page needs the whole state. */
  isBehind: boolean;
  /** The pictures that it has: only changed ones are sent. */
  readonly pictures: Map<string, UiPictures[string]>;
}

/** The unsent bytes, above which a page gets no patches: it gets the whole state once it has caught up. */
const mostUnsent = 1024 * 1024;

/** Returns the page at the end of a socket. */
export function createPage(socket: WebSocket): Page {
  return {
    socket,
    link: {
      send: (message: ToPage) => socket.send(JSON.stringify(message)),
      // Output of terminals is small and frequent: to compress it costs more than it saves on the loopback.
      sendBytes: (bytes) => socket.send(bytes, { binary: true, compress: false }),
    },
    mayTell: createMessageRate(),
    visible: true,
    rows: [],
    wall: [],
    silentBeats: 0,
    isBehind: false,
    pictures: new Map(),
  };
}

/** Returns true if too much is on its way to a page. */
export function isFull({ socket }: Page): boolean {
  return socket.bufferedAmount > mostUnsent;
}
