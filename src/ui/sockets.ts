import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import { createBeats, type Beats } from "./beats.ts";
import { mostMessageBytes, parseMessage } from "./messages.ts";
import { createPage, isFull, type Page } from "./page.ts";
import type { PageHandler } from "./page-link.ts";
import { patchBetween } from "./patches.ts";
import { protocolVersion, subprotocol, type UiPictures, type UiState } from "./protocol.ts";

/** The needs of all pages together. */
export interface PageNeeds {
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

/** The rights of pages beyond looking, and the handlers that serve them. */
interface PageRights {
  readonly handlers: readonly PageHandler[];
  /** True if pages may ask for changes. */
  readonly control: boolean;
}

/** The largest number of open pages. */
const mostPages = 32;
/** The codes of the close of a page whose session has ended, and of one that sends too many messages. */
const sessionEnded = 4401;
const tooMany = 1008;

/** The state behind the open pages. */
interface OpenPages extends PageRights {
  readonly pages: Set<Page>;
  readonly beats: Beats;
  readonly serve: (needs: PageNeeds) => void;
  /** Undefined until there is one. */
  state: UiState | undefined;
  /** The number of states so far. */
  rev: number;
}

/** Returns the open pages: none yet. `serve` is called after each change of their needs. */
export function createSockets(serve: (needs: PageNeeds) => void, rights: PageRights): Sockets {
  const server = new WebSocketServer({
    noServer: true,
    maxPayload: mostMessageBytes,
    handleProtocols: () => subprotocol,
    perMessageDeflate: { threshold: 1_024, serverNoContextTakeover: true, clientNoContextTakeover: true },
  });
  const pages = new Set<Page>();
  const beats = createBeats(pages, (page) => {
    if (page.isBehind && !isFull(page)) sendWhole(open, page);
  });
  const open: OpenPages = { ...rights, pages, beats, serve, state: undefined, rev: 0 };
  return {
    accept(request, socket, head, ends) {
      if (pages.size >= mostPages) {
        socket.end("HTTP/1.1 503 Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
        return;
      }
      server.handleUpgrade(request, socket, head, (accepted) => addPage(open, accepted, ends));
    },
    show: (next) => publishState(open, next),
    forget() {
      open.state = undefined;
    },
    picture(pictures) {
      for (const page of pages) sendPictures(page, pictures);
    },
    close() {
      closePages(open);
      server.close();
    },
  };
}

function sendWhole({ control, rev, state }: OpenPages, page: Page): void {
  if (state === undefined) return;
  page.isBehind = false;
  page.link.send({ t: "state", protocol: protocolVersion, rev, state, control });
}

/** Takes a message of a page. */
function takeMessage(open: OpenPages, page: Page, text: string): void {
  if (!page.mayTell(Date.now())) return page.socket.close(tooMany);
  const message = parseMessage(text);
  if (message === undefined) return;
  if (message.t === "again") return sendWhole(open, page);
  if (message.t === "look") {
    ({ visible: page.visible, rows: page.rows, wall: page.wall } = message);
    return open.serve(needsOf(open.pages));
  }
  for (const handler of open.handlers) handler.take(page.link, message);
}

/** Adds the page of a socket, whose session `ends` then, ms since the epoch. */
function addPage(open: OpenPages, socket: WebSocket, ends: number): void {
  const { beats, handlers, pages, serve } = open;
  const page = createPage(socket);
  pages.add(page);
  beats.begin();
  const end = setTimeout(() => socket.close(sessionEnded), ends - Date.now());
  socket.on("pong", () => (page.silentBeats = 0));
  // ws closes the connection of a frame that is too large, with its code, and no other.
  socket.on("error", () => undefined);
  socket.on("message", (data: Buffer, isBinary) => {
    if (!isBinary) takeMessage(open, page, data.toString("utf8"));
  });
  socket.on("close", () => {
    pages.delete(page);
    clearTimeout(end);
    if (pages.size === 0) beats.end();
    for (const handler of handlers) handler.left(page.link);
    serve(needsOf(pages));
  });
  sendWhole(open, page);
  serve(needsOf(pages));
}

/** Sends every page the difference of a state to the one before, or all of it. */
function publishState(open: OpenPages, next: UiState): void {
  const before = open.state;
  const patch = before && patchBetween(before, next);
  if (before !== undefined && patch === undefined) return;
  open.state = next;
  open.rev += 1;
  for (const page of open.pages) {
    if (isFull(page)) page.isBehind = true;
    else if (patch === undefined || page.isBehind) sendWhole(open, page);
    else page.link.send({ t: "patch", rev: open.rev, patch });
  }
}

function closePages({ beats, pages }: OpenPages): void {
  beats.end();
  for (const page of pages) {
    page.link.send({ t: "bye" });
    page.socket.close(1001);
  }
  // A page that does not answer holds up nothing.
  setTimeout(() => {
    for (const { socket } of pages) socket.terminate();
  }, 500).unref();
}

function needsOf(pages: ReadonlySet<Page>): PageNeeds {
  const visible = [...pages].filter((page) => page.visible);
  return {
    pages: pages.size,
    visible: visible.length,
    rows: new Set(visible.flatMap(({ rows }) => rows)),
    wall: new Set(visible.flatMap(({ wall }) => wall)),
  };
}

/** Sends a page those of the pictures that it shows and does not have. */
function sendPictures(page: Page, pictures: UiPictures): void {
  if (!page.visible || isFull(page)) return;
  const changed = page.wall.flatMap((name) => {
    const picture = pictures[name];
    return picture === undefined || picture === page.pictures.get(name) ? [] : [[name, picture] as const];
  });
  if (changed.length === 0) return;
  for (const [name, picture] of changed) page.pictures.set(name, picture);
  page.link.send({ t: "pictures", pictures: Object.fromEntries(changed) });
}
