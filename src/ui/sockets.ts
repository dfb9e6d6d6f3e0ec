import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { mostBytes, parseMessage } from "./messages.ts";
import { patchBetween } from "./patches.ts";
import { protocolVersion, subprotocol, type ToPage, type UiPictures, type UiState } from "./protocol.ts";

/** The attention of all pages together. */
export interface Attention {
  /** The number of open pages. */
  readonly pages: number;
  /** The number of pages on a screen. */
  readonly visible: number;
  /** The agents whose figures are on a screen. */
  readonly rows: ReadonlySet<string>;
  /** The agents whose pictures are on a screen. */
  readonly wall: ReadonlySet<string>;
}

/** The open pages. */
export interface Sockets {
  /** Takes the connection of a page, whose session `ends` then, ms since the epoch. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer, ends: number): void;
  /** Sends every page what is new in a state. */
  show(state: UiState): void;
  /** Forgets the state: pages wait for the next one. */
  forget(): void;
  /** Sends the pages with a wall the pictures that they show and do not have. An unchanged picture is the same value. */
  picture(pictures: UiPictures): void;
  close(): void;
}

interface Page {
  readonly socket: WebSocket;
  visible: boolean;
  rows: readonly string[];
  wall: readonly string[];
  isAlive: boolean;
  /** True if the page needs the whole state. */
  isBehind: boolean;
  /** The pictures that it has: only changed ones are sent. */
  readonly pictures: Map<string, UiPictures[string]>;
}

/** The largest number of open pages. */
const mostPages = 32;
/** The unsent bytes from which on a page gets no patches, only a whole state when it has caught up. */
const mostUnsent = 1024 * 1024;
/** The time between two signs of life, ms. */
const beatMs = 5_000;
/** The code of the close of a page whose session has ended. */
const sessionEnded = 4401;

/** Returns the open pages: none yet. `attend` is called after each change of the attention. */
export function createSockets(attend: (attention: Attention) => void): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: mostBytes,
    handleProtocols: () => subprotocol,
    perMessageDeflate: { threshold: 1_024, serverNoContextTakeover: true, clientNoContextTakeover: true },
  });
  const pages = new Set<Page>();
  let state: UiState | undefined;
  let rev = 0;
  let beats: NodeJS.Timeout | undefined;

  function send({ socket }: Page, message: ToPage): void {
    socket.send(JSON.stringify(message));
  }

  function sendWhole(page: Page): void {
    if (state === undefined) return;
    page.isBehind = false;
    send(page, { t: "state", protocol: protocolVersion, rev, state });
  }

  function told(): void {
    const all = [...pages];
    const visible = all.filter((page) => page.visible);
    attend({
      pages: all.length,
      visible: visible.length,
      rows: new Set(visible.flatMap(({ rows }) => rows)),
      wall: new Set(visible.flatMap(({ wall }) => wall)),
    });
  }

  function beat(): void {
    for (const page of pages) {
      if (!page.isAlive) {
        page.socket.terminate();
        continue;
      }
      page.isAlive = false;
      page.socket.ping();
      send(page, { t: "beat" });
      if (page.isBehind && page.socket.bufferedAmount < mostUnsent) sendWhole(page);
    }
  }

  function take(page: Page, text: string): void {
    const message = parseMessage(text);
    if (message?.t === "again") return sendWhole(page);
    if (message?.t !== "look") return;
    ({ visible: page.visible, rows: page.rows, wall: page.wall } = message);
    told();
  }

  function open(socket: WebSocket, ends: number): void {
    const page: Page = {
      socket,
      visible: true,
      rows: [],
      wall: [],
      isAlive: true,
      isBehind: false,
      pictures: new Map(),
    };
    pages.add(page);
    beats ??= setInterval(beat, beatMs);
    const end = setTimeout(() => socket.close(sessionEnded), ends - Date.now());
    socket.on("pong", () => (page.isAlive = true));
    // ws closes the connection of a frame that is too large, with its code, and no other.
    socket.on("error", () => undefined);
    socket.on("message", (data: Buffer, isBinary) => {
      if (!isBinary) take(page, data.toString("utf8"));
    });
    socket.on("close", () => {
      pages.delete(page);
      clearTimeout(end);
      if (pages.size === 0) {
        clearInterval(beats);
        beats = undefined;
      }
      told();
    });
    sendWhole(page);
    told();
  }

  return {
    accept(request, socket, head, ends) {
      if (pages.size >= mostPages) {
        socket.end("HTTP/1.1 503 Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) => open(accepted, ends));
    },
    show(next) {
      const before = state;
      const patch = before && patchBetween(before, next);
      if (before !== undefined && patch === undefined) return;
      state = next;
      rev += 1;
      for (const page of pages) {
        if (page.socket.bufferedAmount > mostUnsent) page.isBehind = true;
        else if (patch === undefined || page.isBehind) sendWhole(page);
        else send(page, { t: "patch", rev, patch });
      }
    },
    forget() {
      state = undefined;
    },
    picture(pictures) {
      for (const page of pages) {
        if (!page.visible || page.socket.bufferedAmount > mostUnsent) continue;
        const changed = page.wall.flatMap((name) => {
          const picture = pictures[name];
          return picture === undefined || picture === page.pictures.get(name)
            ? []
            : [[name, picture] as const];
        });
        if (changed.length === 0) continue;
        for (const [name, picture] of changed) page.pictures.set(name, picture);
        send(page, { t: "pictures", pictures: Object.fromEntries(changed) });
      }
    },
    close() {
      clearInterval(beats);
      for (const page of pages) {
        send(page, { t: "bye" });
        page.socket.close(1001);
      }
      server.close();
      // A page that does not answer holds up nothing.
      setTimeout(() => {
        for (const { socket } of pages) socket.terminate();
      }, 500).unref();
    },
  };
}
