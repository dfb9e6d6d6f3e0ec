import type { UiEarlier, UiTerminal } from "../../../../src/ui/terminal/shown-terminal.ts";
import { partsOf } from "../../../../src/ui/terminal/frames.ts";
import { connection } from "../../server/connection.ts";
import type * as Library from "../../terminal/terminal.ts";

/** The receiver of everything about one terminal. */
export interface TerminalTaker {
  readonly tell: (terminal: UiTerminal) => void;
  /** Takes a picture or more output, and calls `drawn` when it is on the screen. */
  readonly write: (kind: "picture" | "stream", bytes: Uint8Array, drawn: (bytes: number) => void) => void;
  readonly earlier: (earlier: UiEarlier) => void;
}

/** The way back to the server. */
export interface FollowedTerminal {
  readonly reading: (isReading: boolean) => void;
  readonly earlier: (end: number) => void;
  /** Begins again, with a new picture. */
  readonly again: () => void;
  readonly end: () => void;
}

/** The drawn bytes from which on the server hears of them at once, and the time after which it hears of fewer, ms. */
const ackBytes = 32 * 1024;
const ackMs = 50;

const open = new Map<number, { readonly agent: string; readonly taker: TerminalTaker }>();
let channels = 0;

connection.receive({
  connected() {
    for (const [channel, { agent }] of open) connection.tell({ t: "open", channel, agent });
  },
  message(message) {
    if (message.t === "terminal") open.get(message.channel)?.taker.tell(message.terminal);
    if (message.t === "earlier") open.get(message.channel)?.taker.earlier(message.earlier);
  },
  bytes(frame) {
    const parts = partsOf(frame);
    if (parts === undefined) return;
    const { bytes, channel, kind } = parts;
    open.get(channel)?.taker.write(kind, bytes, acknowledge(channel));
  },
});

/** Follows the screen of an agent while the page is visible. */
export function followTerminal(agent: string, taker: TerminalTaker): FollowedTerminal {
  let channel: number | undefined;
  const begin = (): void => {
    channels = (channels + 1) % 0xff_ff;
    channel = channels;
    open.set(channel, { agent, taker });
    connection.tell({ t: "open", channel, agent });
  };
  const end = (): void => {
    if (channel === undefined) return;
    open.delete(channel);
    connection.tell({ t: "close", channel });
    channel = undefined;
  };
  const look = (): void => {
    if (document.hidden) end();
    else if (channel === undefined) begin();
  };
  document.addEventListener("visibilitychange", look);
  look();
  return {
    reading(on) {
      if (channel !== undefined) connection.tell({ t: "reading", channel, on });
    },
    earlier(row) {
      if (channel !== undefined) connection.tell({ t: "earlier", channel, end: row });
    },
    again() {
      end();
      look();
    },
    end() {
      document.removeEventListener("visibilitychange", look);
      end();
    },
  };
}

/** Returns a function that tells the server of drawn bytes, a few times a second. */
function acknowledge(channel: number): (bytes: number) => void {
  return (bytes) => {
    const before = drawn.get(channel) ?? 0;
    drawn.set(channel, before + bytes);
    if (before + bytes >= ackBytes) sendDrawn(channel);
    else if (before === 0) setTimeout(() => sendDrawn(channel), ackMs);
  };
}

const drawn = new Map<number, number>();

function sendDrawn(channel: number): void {
  const bytes = drawn.get(channel);
  drawn.delete(channel);
  if (bytes !== undefined && open.has(channel)) connection.tell({ t: "ack", channel, bytes });
}

let loading: Promise<typeof Library> | undefined;

/** Loads the library of the terminal, which is larger than the rest of the page. Rejects without a server. */
export async function loadLibrary(): Promise<typeof Library> {
  loading ??= fetchLibrary().catch((error: unknown) => {
    loading = undefined;
    throw error;
  });
  return loading;
}

/** Loads it as soon as the page has nothing else to do, so that a terminal opens at once. A failure shows when one opens. */
export function loadLibraryAhead(): void {
  const begin = (): void => void loadLibrary().catch(() => undefined);
  // Safari has none.
  if ("requestIdleCallback" in window) window.requestIdleCallback(begin, { timeout: idleMs });
  else setTimeout(begin, idleMs);
}

/** The longest wait for a page without anything else to do, ms. */
const idleMs = 500;

async function fetchLibrary(): Promise<typeof Library> {
  const styles = document.createElement("link");
  styles.rel = "stylesheet";
  styles.href = "/terminal.css";
  const loaded = new Promise((resolve, reject) => {
    styles.addEventListener("load", resolve, { once: true });
    styles.addEventListener("error", () => reject(new Error("no styles")), { once: true });
  });
  document.head.append(styles);
  // A path that the bundler does not follow.
  const path = "/terminal.js";
  const [library] = await Promise.all([import(path) as Promise<typeof Library>, loaded]);
  return library;
}
