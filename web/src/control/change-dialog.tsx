import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import type { UiChange } from "../../../src/ui/protocol.ts";
import { Problems } from "../parts.tsx";
import type { Proposal } from "../store.ts";
import { Plan } from "../views/plan.tsx";
import { agree, dismiss } from "./proposals.ts";

const verbs: Readonly<Record<UiChange["verb"], string>> = {
  apply: "Apply",
  restart: "Restart",
  start: "Start",
  stop: "Stop",
  suspend: "Suspend",
  resume: "Resume",
};

const withoutPlan: Partial<Record<UiChange["verb"], string>> = {
  suspend: "An apply and a watch then leave it alone until it is resumed. Nothing happens to it now.",
  resume: "An apply and a watch then change it again as fleet.yaml says. Nothing happens to it now.",
};

/** The ends of a command by its exit code. */
const ends: Readonly<Record<number, string>> = {
  0: "Done.",
  3: "The fleet has changed since the plan, so nothing was changed. Ask again.",
  4: "Applied, but not every agent runs.",
  5: "Another run holds the lock of the fleet. Nothing was changed.",
  6: "A guard refused it. Nothing was changed.",
  130: "It was ended early.",
};

/** The plan of a change, the question, its output and its end. */
export function ChangeDialog({ proposal }: { readonly proposal: Proposal }): JSX.Element {
  const { change, code, output, planned, step } = proposal;
  const dialog = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => cancel.current?.focus(), [step]);
  const who = change.agents.length === 0 ? "the fleet" : change.agents.join(", ");
  const title = `${verbs[change.verb]} ${who}${change.now ? " now" : ""}`;
  const plan = planned?.plan as PlanJson | null | undefined;
  const isAsking = step === "asked" && planned?.canRun === true;
  return (
    <dialog ref={dialog} class="change" aria-labelledby="change-title" onClose={dismiss}>
      <h2 id="change-title">{title}</h2>
      <div class="change-body">
        {planned !== undefined && planned.problems.length > 0 && (
          <Problems
            title={planned.canRun ? "Read again" : "This cannot be done"}
            problems={planned.problems}
          />
        )}
        {plan !== undefined && plan !== null && step !== "done" && step !== "running" && <Plan plan={plan} />}
        {step === "asked" && plan === null && planned?.canRun === true && <p>{withoutPlan[change.verb]}</p>}
        {output !== "" && (
          // A box that scrolls must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <pre class="lines" tabIndex={0} role="region" aria-label="Output of the command">
            {output}
          </pre>
        )}
        <p role="status">{statusText(step, code)}</p>
      </div>
      <p class="change-end">
        <button ref={cancel} type="button" onClick={() => dialog.current?.close()}>
          {isAsking || step === "planning" ? "Cancel" : "Close"}
        </button>
        {isAsking && (
          <button type="button" class="primary" onClick={agree}>
            {verbs[change.verb]}
          </button>
        )}
      </p>
    </dialog>
  );
}

function statusText(step: Proposal["step"], code: number | null): string {
  switch (step) {
    case "planning":
      return "Making the plan…";
    case "asked":
      return "";
    case "running":
      return "Under way. It goes on if you close this.";
    case "done":
      return code === null
        ? "Its end is unknown. Look at the events."
        : (ends[code] ?? `It ended with ${code}.`);
    case "lost":
      return "The connection was lost. It goes on; look at the events for its end.";
  }
}
