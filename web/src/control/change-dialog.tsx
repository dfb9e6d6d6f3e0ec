import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import type { UiMachinePlan } from "../../../src/ui/changes/ui-change.ts";
import { Mark, Problems } from "../parts.tsx";
import type { Proposal } from "../store.ts";
import { FleetEdits } from "../plan/fleet-edits.tsx";
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
  const parts = planned?.parts ?? [];
  const isAsking = step === "asked" && planned?.canRun === true;
  const interrupted = parts.flatMap(interruptedIn).length;
  const isUnplanned = parts.every(({ plan }) => plan === null);
  const isShort = interrupted >= many && typedFor !== interrupted;
  return (
    <dialog ref={dialog} class="change" aria-labelledby="change-title" onClose={dismiss}>
      <h2 id="change-title">{changeTitle(change)}</h2>
      <div class="change-body">
        {change.allow.length > 0 && step !== "done" && (
          <p class="note">
            You have lifted a guard: <code>{change.allow.join(" ")}</code>
          </p>
        )}
        {step !== "done" &&
          step !== "running" &&
          parts.map((part) => (
            <PlannedPart
              key={part.host}
              part={part}
              isNamed={parts.length > 1 || part.host !== null}
              change={change}
            />
          ))}
        {isAsking && isUnplanned && <p>{withoutPlanText(change)}</p>}
        {output !== "" && (
          // A box that scrolls must be reachable by keyboard.
          // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
          <pre class="lines" tabIndex={0} role="region" aria-label="Output of the command">
            {output}
          </pre>
        )}
        <p role="status" class="step">
          {stepText(proposal)}
        </p>
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

/** The plan on one machine, or the reasons why nothing can be done there. */
function PlannedPart({
  part: { canRun, edits, host, plan, problems, warnings = [] },
  isNamed,
  change,
}: {
  readonly part: UiMachinePlan;
  readonly isNamed: boolean;
  readonly change: Proposal["change"];
}): JSX.Element {
  const where = host ?? "this machine";
  const isOnlyFiles = edits !== undefined && plan !== null && isEmptyPlan(plan as PlanJson);
  return (
    <section class="part" aria-label={isNamed ? where : undefined}>
      {isNamed && (
        <h3>
          <Mark sign={canRun ? "ok" : "failed"} /> {where}
          {!canRun && <span class="muted">: nothing is changed there</span>}
        </h3>
      )}
      {problems.length > 0 && (
        <Problems title={canRun ? "Read again" : "This cannot be done"} problems={problems} />
      )}
      {warnings.map((warning) => (
        <p key={warning} class="note">
          {warning}
        </p>
      ))}
      {edits !== undefined && <FleetEdits edits={edits} />}
      {isOnlyFiles && <p>No agent changes: only the files are written.</p>}
      {plan !== null && !isOnlyFiles && (
        <Plan plan={plan as PlanJson} host={host} lift={(flag) => <Lift flag={flag} change={change} />} />
      )}
    </section>
  );
}

/** Returns true for a plan that has nothing to do and nothing to say. */
function isEmptyPlan({ actions, agents, hindrance, refusals }: PlanJson): boolean {
  const isQuiet = refusals.length === 0 && hindrance === undefined;
  return isQuiet && actions.length === 0 && agents.every(({ action }) => action === "none");
}

/** Returns the agents whose work a part would interrupt. */
function interruptedIn({ canRun, plan }: UiMachinePlan): PlanJson["agents"] {
  if (!canRun || plan === null) return [];
  return (plan as PlanJson).agents.filter(({ cost }) => cost === "agent");
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
