import type { UiChange } from "../../../src/ui/changes/ui-change.ts";
import { connection } from "../server/connection.ts";
import { change as changeStore, current, type Proposal } from "../store.ts";

let ids = 0;

connection.receive({
  connected() {
    const { proposal } = current();
    if (proposal?.step === "running") update({ step: "lost" });
    else if (proposal !== undefined && proposal.step !== "done") propose(proposal.change);
  },
  message(message) {
    const { proposal } = current();
    if (!("id" in message) || message.id !== proposal?.id) return;
    if (message.t === "planned") update({ step: "asked", planned: message.planned });
    if (message.t === "output") update({ output: proposal.output + message.text });
    if (message.t === "done") update({ step: "done", ends: message.ends });
  },
});

/** Asks for the plan of a change, and shows it as a question. */
export function propose(change: UiChange): void {
  ids += 1;
  const proposal: Proposal = {
    id: ids,
    change,
    step: "planning",
    planned: undefined,
    output: "",
    ends: [],
  };
  changeStore({ proposal });
  connection.tell({ t: "plan", id: ids, change });
}

/** Agrees to the plan that is shown. */
export function agree(): void {
  const { proposal } = current();
  if (proposal?.step !== "asked" || proposal.planned?.canRun !== true) return;
  update({ step: "running" });
  connection.tell({ t: "agree", id: proposal.id });
}

/** Takes the question away. A change that runs goes on. */
export function dismiss(): void {
  changeStore({ proposal: undefined });
}

function update(part: Partial<Proposal>): void {
  const { proposal } = current();
  if (proposal !== undefined) changeStore({ proposal: { ...proposal, ...part } });
}
