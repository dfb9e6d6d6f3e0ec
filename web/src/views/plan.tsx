import type { JSX } from "preact";
import { useState } from "preact/hooks";
import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import type { UiState } from "../../../src/ui/protocol.ts";
import { propose } from "../control/proposals.ts";
import { Command, Since } from "../parts.tsx";
import { Plan } from "../plan/plan.tsx";
import { useAnswer } from "../server/use-answer.ts";
import { AnsweredBy } from "./answered.tsx";

/** The plan of the whole fleet: the interruptions first. */
export function PlanView({
  fleet: { agents },
  isControlled,
}: {
  readonly fleet: UiState;
  readonly isControlled: boolean;
}): JSX.Element {
  // A plan gets old by a change of what is to do, and not by the output of an agent.
  const facts = agents
    .filter(({ host }) => host === null)
    .map(({ name, state, action, pending }) => [name, state, action, pending?.split(", busy")[0]]);
  const present = JSON.stringify(facts);
  const [asked, setAsked] = useState(present);
  const plan = useAnswer<PlanJson>("/api/plan", asked);
  const isOld = plan.answer !== undefined && plan.key !== present && !plan.isAsking;
  return (
    <>
      <div class="page-head">
        <h1>Plan</h1>
        {plan.answer !== undefined && (
          <p class="made">
            made <Since at={plan.at} /> ago
          </p>
        )}
        <button
          type="button"
          class={isOld ? "primary" : ""}
          onClick={() => (isOld ? setAsked(present) : plan.again())}
          disabled={plan.isAsking}
        >
          Look again
        </button>
      </div>
      <p role="status" class="old">
        {isOld && "The fleet has changed since this plan was made."}
      </p>
      <AnsweredBy
        asked={plan}
        show={(value) => (
          <Plan
            plan={value}
            end={isControlled ? <Apply /> : <Command line="fleet apply" />}
            lift={
              isControlled
                ? () => <p class="hint">Apply… asks for a word that lifts this guard.</p>
                : undefined
            }
          />
        )}
      />
    </>
  );
}

function Apply(): JSX.Element {
  return (
    <button
      type="button"
      class="primary"
      onClick={() => propose({ verb: "apply", agents: [], now: false, allow: [] })}
    >
      Apply…
    </button>
  );
}
