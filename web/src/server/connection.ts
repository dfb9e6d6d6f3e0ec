import { withPatch } from "../../../src/ui/patches.ts";
import {
  keyPrefix,
  protocolVersion,
  subprotocol,
  type FromPage,
  type ToPage,
  type UiState,
} from "../../../src/ui/protocol.ts";
import { askServer } from "./api.ts";
import { tellNews } from "../news/notify.ts";
import { sessionKey } from "./session.ts";
import { change, current } from "../store.ts";

/** The time without a sign of life after which the server counts as lost, ms. It beats every five seconds. */
const silenceMs = 12_000;
/** The longest wait for a sign of life of a server that was lost, ms. */
const answerMs = 4_000;
/** The times between two tries to connect, ms. */
const pauses = [300, 700, 1_500, 3_000, 5_000];

/** The receivers of everything beyond the state of the fleet. */
interface PageReceiver {
  /** A new connection knows nothing about the terminals and changes of the page. */
  readonly connected: () => void;
  readonly message: (message: ToPage) => void;
  readonly bytes?: (frame: Uint8Array) => void;
}

/** The connection of the page to its server. It lasts as long as the session: after a loss it tries again. */
class Connection {
  #socket: WebSocket | undefined;
  /** The number of the last state. */
  #rev = 0;
  /** The version of the server that the page came from. */
  #version: string | undefined;
  /** Tries since the last state. */
  #tries = 0;
  /** Fires when the server has been silent for too long. */
  #silence: number | undefined;
  /** Fires for the next try. */
  #retry: number | undefined;
  #heardAt = Date.now();
  /** True while the browser leaves the page. */
  #isLeaving = false;
  /** The last message about the screen, for a new connection. */
  #looked: FromPage | undefined;
  readonly #receivers: PageReceiver[] = [];

  constructor() {
    window.addEventListener("pagehide", () => (this.#isLeaving = true));
    window.addEventListener("pageshow", ({ persisted }) => {
      this.#isLeaving = false;
      if (persisted) this.connect();
    });
    window.addEventListener("online", () => this.tryNow());
  }

  /** Hands over the messages beyond the state of the fleet. */
  receive(next: PageReceiver): void {
    this.#receivers.push(next);
  }

  /** Sends a message, if there is a connection. */
  tell(message: FromPage): void {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  /** Connects, and stays connected: after a loss it tries again until the session has ended. */
  connect(): void {
    clearTimeout(this.#retry);
    if (this.#socket !== undefined && this.#socket.readyState <= WebSocket.OPEN) return;
    const opened = new WebSocket(`ws://${location.host}/api/ws`, [
      subprotocol,
      `${keyPrefix}${sessionKey() ?? ""}`,
    ]);
    this.#socket = opened;
    opened.binaryType = "arraybuffer";
    this.#awaitSign();
    opened.addEventListener("open", () => {
      if (this.#looked !== undefined) opened.send(JSON.stringify(this.#looked));
      for (const each of this.#receivers) each.connected();
      this.#heard();
    });
    opened.addEventListener("message", ({ data }) => {
      this.#heard();
      if (data instanceof ArrayBuffer) for (const each of this.#receivers) each.bytes?.(new Uint8Array(data));
      else this.#takeNews(JSON.parse(String(data)) as ToPage);
    });
    opened.addEventListener("close", () => {
      if (this.#socket === opened) void this.#lost();
    });
  }

  /** Tells the server what is on the screen. */
  tellLook(look: Omit<Extract<FromPage, { t: "look" }>, "t">): void {
    const message: FromPage = { t: "look", ...look };
    if (JSON.stringify(message) === JSON.stringify(this.#looked)) return;
    this.#looked = message;
    this.tell(message);
  }

  /** Connects at once, for example because the computer has woken up. */
  tryNow(): void {
    this.#tries = 0;
    if (current().phase === "lost") this.connect();
  }

  #takeNews(message: ToPage): void {
    switch (message.t) {
      case "state":
        if (message.protocol !== protocolVersion || this.#isOther(message.state)) return location.reload();
        this.#rev = message.rev;
        this.#tries = 0;
        change({ control: message.control });
        return draw(message.state);
      case "patch": {
        const { fleet } = current();
        if (fleet === undefined || message.rev !== this.#rev + 1) return this.tell({ t: "again" });
        this.#rev = message.rev;
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
        for (const each of this.#receivers) each.message(message);
        return undefined;
      case "beat":
      case "bye":
        return undefined;
    }
  }

  /** Returns true for the state of another version than that of the page, whose parts come from the present server. */
  #isOther(state: UiState): boolean {
    this.#version ??= state.fleet.version;
    return state.fleet.version !== this.#version;
  }

  #heard(): void {
    this.#heardAt = Date.now();
    this.#awaitSign();
  }

  #awaitSign(): void {
    clearTimeout(this.#silence);
    this.#silence = window.setTimeout(() => this.#giveUp(), silenceMs);
  }

  /** Takes a silent server for lost. The close of its socket would take a minute, because it does not answer that either. */
  #giveUp(): void {
    this.#socket?.close();
    void this.#lost();
  }

  async #lost(): Promise<void> {
    clearTimeout(this.#silence);
    clearTimeout(this.#retry);
    this.#socket = undefined;
    if (this.#isLeaving) return;
    const { phase, lostAt } = current();
    if (phase !== "lost") change({ phase: "lost", lostAt: lostAt ?? this.#heardAt });
    // A WebSocket does not tell why it was refused.
    const session = await askServer("/api/session", answerMs);
    if (session.kind === "no-session") return change({ phase: "logged-out" });
    const pause = session.kind === "answer" ? 0 : (pauses[Math.min(this.#tries, pauses.length - 1)] ?? 5_000);
    this.#tries += 1;
    const waitMs = Math.max(pause, this.#tries > 3 ? 1_000 : pause);
    this.#retry = window.setTimeout(() => this.connect(), waitMs);
    return undefined;
  }
}

/** The one connection of the page. */
export const connection = new Connection();

/** Draws a state, and tells what is new in it. */
function draw(fleet: UiState): void {
  tellNews(current().fleet, fleet);
  change({ phase: "live", fleet });
}
