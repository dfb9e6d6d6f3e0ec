import type { TypingEnd } from "../../../src/ui/protocol.ts";
import { connection } from "../server/connection.ts";
import { withoutPassedPlaces } from "../terminal/bar-keys.ts";

/** The state of typing to an agent, and the reason for its end. */
export interface Typing {
  readonly isOn: boolean;
  readonly reason: TypingEnd | "lost" | null;
}

const ends: Readonly<Record<Exclude<Typing["reason"], null>, string>> = {
  "only-shows": "This page only shows. Start it with fleet ui --control.",
  "not-running": "Typing has ended: the agent has no terminal.",
  ended: "Typing has ended: its command has ended.",
  restarted: "Typing has ended: the agent was restarted.",
  "input-off": "Its terminal takes no input.",
  mode: "tmux is in a mode that takes the keys. Somebody who is attached can leave it.",
  synchronized: "tmux would give the keys to other panes, too.",
  idle: "Typing has ended: there was no key for ten minutes.",
  "too-long": "A paste has at most 1 MB. Write the text into a file, and give the agent its path.",
  failed: "Typing has ended: tmux did not take the keys.",
  lost: "Typing has ended: the connection was lost.",
};

/** Returns in words whether keys reach an agent, and if not, why. */
export function typingText({ isOn, reason }: Typing): string {
  const end = reason === null ? "" : ends[reason];
  return isOn ? `Your keys go to the agent. Ctrl+] leaves. ${end}`.trim() : end;
}

const takers = new Map<string, (typing: Typing) => void>();

connection.receive({
  connected() {
    for (const take of takers.values()) take({ isOn: false, reason: "lost" });
  },
  message(message) {
    if (message.t === "typing") takers.get(message.agent)?.({ isOn: message.on, reason: message.reason });
  },
});

/** Hears whether keys reach an agent. Returns its end, which also ends typing. */
export function followTyping(agent: string, take: (typing: Typing) => void): () => void {
  takers.set(agent, take);
  return () => {
    takers.delete(agent);
    connection.tell({ t: "typing", agent, on: false });
  };
}

/** The largest numbers of characters of keys and of a paste in a message, and of a whole paste. */
const mostKeys = 1_000;
const mostInPart = 30_000;
const mostPasted = 1_000_000;
/** The time in which keys are gathered after a first one, ms: a drag of the mouse makes hundreds in a second. */
const gatherMs = 15;

let gathered: { readonly agent: string; text: string } | undefined;

/** Gives keys to an agent: the first at once, and those right after it together. */
export function typeKeys(agent: string, text: string): void {
  if (gathered?.agent === agent) {
    gathered.text += text;
    return;
  }
  sendGathered();
  sendKeys(agent, text);
  const own = { agent, text: "" };
  gathered = own;
  setTimeout(() => {
    if (gathered === own) sendGathered();
  }, gatherMs);
}

/** Gives a text to an agent as one paste. Returns false if it is too long. */
export function pasteToAgent(agent: string, text: string): boolean {
  if (text.length > mostPasted) return false;
  sendGathered();
  for (let from = 0; from < text.length; from += mostInPart) {
    const part = text.slice(from, from + mostInPart);
    connection.tell({ t: "paste", agent, text: part, more: from + mostInPart < text.length });
  }
  return true;
}

function sendGathered(): void {
  const last = gathered;
  gathered = undefined;
  if (last !== undefined && last.text !== "") sendKeys(last.agent, withoutPassedPlaces(last.text));
}

function sendKeys(agent: string, text: string): void {
  for (let from = 0; from < text.length; from += mostKeys) {
    connection.tell({ t: "keys", agent, text: text.slice(from, from + mostKeys) });
  }
}
