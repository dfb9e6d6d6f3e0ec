import type { UiDelivery, UiProblem } from "../../../../src/ui/changes/ui-change.ts";
import { connection } from "../../server/connection.ts";

/** A text on its way, or at its end. */
export interface Sending {
  readonly state: "sending" | "done" | "lost";
  /** The results so far, by agent. */
  readonly deliveries: ReadonlyMap<string, UiDelivery>;
  readonly problems: readonly UiProblem[];
}

let ids = 1_000_000;
const waiting = new Map<number, { readonly take: (sending: Sending) => void; last: Sending }>();

connection.receive({
  connected() {
    // Nobody knows whether a text on its way has arrived.
    for (const { take, last } of waiting.values()) take({ ...last, state: "lost" });
    waiting.clear();
  },
  message(message) {
    if (message.t !== "sent") return;
    const { id, isDone, sent } = message;
    const one = waiting.get(id);
    if (one === undefined) return;
    one.last = {
      state: isDone ? "done" : "sending",
      deliveries: new Map([
        ...one.last.deliveries,
        ...sent.deliveries.map((each) => [each.agent, each] as const),
      ]),
      problems: [...one.last.problems, ...sent.problems],
    };
    if (isDone) waiting.delete(id);
    one.take(one.last);
  },
});

/** Sends a text to agents. Hands over what is known of it, now and after each further result. */
export function sendText(agents: readonly string[], text: string, take: (sending: Sending) => void): void {
  ids += 1;
  const last: Sending = { state: "sending", deliveries: new Map(), problems: [] };
  waiting.set(ids, { take, last });
  take(last);
  connection.tell({ t: "send", id: ids, agents, text });
}
