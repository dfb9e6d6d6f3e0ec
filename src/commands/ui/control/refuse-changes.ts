import { onlyShows, unplanned } from "../../../report/ui/change-problems.ts";
import type { PageHandler } from "../../../ui/page-link.ts";

/** The answer of a server without control to every wish for a change. */
export const refuseChanges: PageHandler = {
  take(link, message) {
    if (message.t === "send") {
      link.send({ t: "sent", id: message.id, sent: { deliveries: [], problems: [onlyShows] }, isDone: true });
    }
    if (message.t === "typing" || message.t === "keys" || message.t === "paste") {
      link.send({ t: "typing", agent: message.agent, on: false, reason: "only-shows" });
    }
    if (message.t !== "plan" && message.t !== "agree") return;
    link.send({ t: "planned", id: message.id, planned: unplanned(onlyShows) });
  },
  left: () => undefined,
};
