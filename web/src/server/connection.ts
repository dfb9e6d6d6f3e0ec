import { withPatch } from "../../../src/ui/patches.ts";
import {
  keyPrefix,
  protocolVersion,
  subprotocol,
  type FromPage,
  type ToPage,
  type UiState,
} from "../../../src/ui/protocol.ts";
import { ask } from "./api.ts";
import { tellNews } from "../news/notify.ts";
import { sessionKey } from "./session.ts";
import { change, current } from "../store.ts";

/** The time without a sign of life after which the server counts as lost, ms. It beats every five seconds. */
const silenceMs = 12_000;
/** The longest wait for a sign of life of a server that was lost, ms. */
const answerMs = 4_000;
/** The times between two tries to connect, ms. */
const pauses = [300, 700, 1_500, 3_000, 5_000];

let socket: WebSocket | undefined;
let rev = 0;
/** The version of the server that the page came from. */
let version: string | undefined;
let tries = 0;
let silence: number | undefined;
let retry: number | undefined;
let heardAt = Date.now();
let isLeaving = false;
let looked: FromPage | undefined;

/** The receivers of everything beyond the state of the fleet. */
interface PageReceiver {
  /** A new connection knows nothing about the terminals and changes of the page. */
  readonly connected: () => void;
  readonly message: (message: ToPage) => void;
  readonly bytes?: (frame: Uint8Array) => void;
}
const receivers: PageReceiver[] = [];

/** Hands over the messages beyond the state of the fleet. */
export function receive(next: PageReceiver): void {
  receivers.push(next);
}

/** Sends a message, if there is a connection. */
export function tell(message: FromPage): void {
  if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(message));
}

/** Connects, and stays connected: after a loss it tries again until the session has ended. */
export function connect(): void {
  clearTimeout(retry);
  if (socket !== undefined && socket.readyState <= WebSocket.OPEN) return;
  const opened = new WebSocket(`ws://${location.host}/api/ws`, [
    subprotocol,
    `${keyPrefix}${sessionKey() ?? ""}`,
  ]);
  socket = opened;
  opened.binaryType = "arraybuffer";
  clearTimeout(silence);
  silence = window.setTimeout(giveUp, silenceMs);
  opened.addEventListener("open", () => {
    if (looked !== undefined) opened.send(JSON.stringify(looked));
    for (const each of receivers) each.connected();
    heard();
  });
  opened.addEventListener("message", ({ data }) => {
    heard();
    if (data instanceof ArrayBuffer) for (const each of receivers) each.bytes?.(new Uint8Array(data));
    else takeNews(JSON.parse(String(data)) as ToPage);
  });
  opened.addEventListener("close", () => {
    if (socket === opened) void lost();
  });
}

/** Tells the server what is on the screen. */
export function tellLook(look: Omit<Extract<FromPage, { t: "look" }>, "t">): void {
  const message: FromPage = { t: "look", ...look };
  if (JSON.stringify(message) === JSON.stringify(looked)) return;
  looked = message;
  tell(message);
}

/** Connects at once, for example because the computer has woken up. */
export function tryNow(): void {
  tries = 0;
  if (current().phase === "lost") connect();
}

function takeNews(message: ToPage): void {
  switch (message.t) {
    case "state":
      if (message.protocol !== protocolVersion || isOther(message.state)) return location.reload();
      rev = message.rev;
      tries = 0;
      change({ control: message.control });
      return draw(message.state);
    case "patch": {
      const { fleet } = current();
      if (fleet === undefined || message.rev !== rev + 1) {
        tell({ t: "again" });
        return undefined;
      }
      rev = message.rev;
      return draw(withPatch(fleet, message.patch));
    }
    case "pictures":
      return change({ pictures: { ...current().pictures, ...message.pictures } });
    case "found":
    case "terminal":
    case "earlier":
    case "planned":
    case "output":
    case "sent":
    case "typing":
    case "done":
      for (const each of receivers) each.message(message);
      return undefined;
    case "beat":
    case "bye":
      return undefined;
  }
}

/** Returns true for the state of another version than that of the page, whose parts come from the present server. */
function isOther(state: UiState): boolean {
  version ??= state.fleet.version;
  return state.fleet.version !== version;
}

/** Draws a state, and tells what is new in it. */
function draw(fleet: UiState): void {
  tellNews(current().fleet, fleet);
  change({ phase: "live", fleet });
}

function heard(): void {
  heardAt = Date.now();
  clearTimeout(silence);
  silence = window.setTimeout(giveUp, silenceMs);
}

/** Takes a silent server for lost. The close of its socket would take a minute, because it does not answer that either. */
function giveUp(): void {
  socket?.close();
  void lost();
}

async function lost(): Promise<void> {
  clearTimeout(silence);
  clearTimeout(retry);
  socket = undefined;
  if (isLeaving) return;
  const { phase, lostAt } = current();
  if (phase !== "lost") change({ phase: "lost", lostAt: lostAt ?? heardAt });
  // A WebSocket does not tell why it was refused.
  const session = await ask("/api/session", answerMs);
  if (session.kind === "no-session") return change({ phase: "logged-out" });
  const pause = session.kind === "answer" ? 0 : (pauses[Math.min(tries, pauses.length - 1)] ?? 5_000);
  tries += 1;
  retry = window.setTimeout(connect, Math.max(pause, tries > 3 ? 1_000 : pause));
  return undefined;
}

window.addEventListener("pagehide", () => (isLeaving = true));
window.addEventListener("pageshow", ({ persisted }) => {
  isLeaving = false;
  if (persisted) connect();
});
window.addEventListener("online", tryNow);
