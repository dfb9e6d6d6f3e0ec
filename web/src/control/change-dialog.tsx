import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import { Problems } from "../parts.tsx";
import type { Proposal } from "../store.ts";
import { Plan } from "../plan/plan.tsx";
import { counted } from "../words.ts";
import { changeTitle, stepText, verbWord, withoutPlanText } from "./change-ends.ts";
import { agree, dismiss, propose } from "./proposals.ts";
import { Typed } from "./typed.tsx";

/** The number of interrupted agents from which on their number has to be typed. */
const many = 3;

/** The plan of a change, the question, its output and its end. */
export function ChangeDialog({ proposal }: { readonly proposal: Proposal }): JSX.Element {
  const { change, output, planned, step } = proposal;
  const dialog = useRef<HTMLDialogElement>(null);
  const cancel = useRef<HTMLButtonElement>(null);
  const [typedFor, setTypedFor] = useState<number>();
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  useEffect(() => cancel.current?.focus(), [step]);
  const plan = planned?.plan as PlanJson | null | undefined;
  const isAsking = step === "asked" && planned?.canRun === true;
  const interrupted = plan?.agents.filter(({ cost }) => cost === "agent").length ?? 0;
  const isShort = interrupted >= many && typedFor !== interrupted;
  return (
    <dialog ref={dialog} class="change" aria-labelledby="change-title" onClose={dismiss}>
      <h2 id="change-title">{changeTitle(change)}</h2>
      <div class="change-body">
        {planned !== undefined && planned.problems.length > 0 && (
          <Problems
            title={planned.canRun ? "Read again" : "This cannot be done"}
            problems={planned.problems}
          />
        )}
        {change.allow.length > 0 && step !== "done" && (
          <p class="note">
            You have lifted a guard: <code>{change.allow.join(" ")}</code>
          </p>
        )}
        {plan !== undefined && plan !== null && step !== "done" && step !== "running" && (
          <Plan plan={plan} lift={(flag) => <Lift flag={flag} change={change} />} />
        )}
        {step === "asked" && plan === null && planned?.canRun === true && <p>{withoutPlanText(change)}</p>}
        {output !== "" && (
          // A box that scrolls must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <pre class="lines" tabIndex={0} role="region" aria-label="Output of the command">
            {output}
          </pre>
        )}
        <p role="status">{stepText(proposal)}</p>
      </div>
      {isAsking && interrupted >= many && (
        <Typed
          key={interrupted}
          words={String(interrupted)}
          onTyped={(isTyped) => setTypedFor(isTyped ? interrupted : undefined)}
        >
          <>
            Type <strong>{interrupted}</strong> to interrupt the work of {counted(interrupted, "agent")}.
          </>
        </Typed>
      )}
      <p class="change-end">
        <button ref={cancel} type="button" onClick={() => dialog.current?.close()}>
          {isAsking || step === "planning" ? "Cancel" : "Close"}
        </button>
        {isAsking && (
          <button type="button" class="primary" disabled={isShort} onClick={agree}>
            {verbWord(change)}
          </button>
        )}
      </p>
    </dialog>
  );
}

/** The way to lift a guard: its flag, typed as on the command line. Then the plan is made again. */
function Lift({
  change,
  flag,
}: {
  readonly change: Proposal["change"];
  readonly flag: string;
}): JSX.Element | null {
  if (change.allow.includes(flag)) return null;
  return (
    <Typed
      words={flag}
      onTyped={(isTyped) => {
        if (isTyped) propose({ ...change, allow: [...change.allow, flag] });
      }}
    >
      <>
        If that is meant, type <code>{flag}</code>. The plan is then made again.
      </>
    </Typed>
  );
}
