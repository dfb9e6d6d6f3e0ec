import type { TypingEnd } from "../../../src/ui/protocol.ts";
import { receive, tell } from "../connection.ts";

/** The state of typing to an agent, and the reason for its end. */
export interface Typing {
  readonly isOn: boolean;
  readonly reason: TypingEnd | "lost" | null;
}

const takers = new Map<string, (typing: Typing) => void>();

receive({
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
    tell({ t: "typing", agent, on: false });
  };
}

/** The largest number of characters in a message. */
const mostKeys = 1_000;

/** Gives keys to an agent. */
export function typeKeys(agent: string, text: string): void {
  for (let from = 0; from < text.length; from += mostKeys) {
    tell({ t: "keys", agent, text: text.slice(from, from + mostKeys) });
  }
}
