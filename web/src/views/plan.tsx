import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { glyphs } from "../../../src/report/plan/agents/glyphs.ts";
import { holdPhrase, stakePhrase } from "../../../src/report/phrases.ts";
import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import type { UiState } from "../../../src/ui/protocol.ts";
import { Command, Diff, Empty, Mark, Since } from "../parts.tsx";
import { useAnswer } from "../use-answer.ts";
import { propose } from "../control/proposals.ts";
import { counted } from "../words.ts";
import { AnsweredBy } from "./answered.tsx";
import { FileDiffs } from "./file-diffs.tsx";

type AgentPlan = PlanJson["agents"][number];

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

/** A plan, and at its end the way to carry it out. */
export function Plan({
  plan,
  end,
  lift,
}: {
  readonly plan: PlanJson;
  readonly end?: JSX.Element | undefined;
  /** The way to lift the guard with this flag; without it, the command line does. */
  readonly lift?: ((flag: string) => JSX.Element) | undefined;
}): JSX.Element {
  const { agents, summary, shared, notes, deviations, hindrance, refusals, actions } = plan;
  const touched = agents.filter(({ action }) => action !== "none").toSorted((a, b) => weight(b) - weight(a));
  const interrupted = touched.filter(({ cost }) => cost === "agent").length;
  const rest = agents.length - touched.length;
  const isInLine =
    touched.length === 0 && shared.length === 0 && actions.length === 0 && hindrance === undefined;
  const counts = [
    [summary.restart, "to restart"],
    [summary.remove, "to remove"],
    [summary.add, "to add"],
    [summary.change, "to change"],
    [summary.pending, "pending"],
    [summary.blocked, "blocked"],
  ] as const;
  return (
    <div class="plan">
      {refusals.length > 0 && (
        <section class="notice bad">
          <h2>
            <Mark sign="failed" /> This plan is refused
          </h2>
          <ul>
            {refusals.map((refusal) => (
              <li key={refusal.message}>
                {refusal.message}
                {lift?.(refusal.flag) ?? (
                  <p class="hint">
                    If that is meant, add <code>{refusal.flag}</code> to <code>fleet apply</code>.
                  </p>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {hindrance !== undefined && (
        <section class="notice bad">
          <h2>
            <Mark sign="failed" /> The fleet is blocked
          </h2>
          <p>{hindrance.message}</p>
        </section>
      )}
      {isInLine ? (
        <Empty title="No changes">
          <p>The machine is in line with fleet.yaml.</p>
        </Empty>
      ) : (
        <section class="summary">
          <ul class="counts">
            {counts
              .filter(([count]) => count > 0)
              .map(([count, words]) => (
                <li key={words}>
                  <strong>{count}</strong> {words}
                </li>
              ))}
          </ul>
          <p class={interrupted > 0 ? "cost some" : "cost"}>
            {interrupted > 0
              ? `Interrupts the work of ${counted(interrupted, "agent")}.`
              : "Interrupts no agent."}
          </p>
          {(refusals.length === 0 || lift !== undefined) && actions.length > 0 && end}
        </section>
      )}
      {[...notes, ...deviations].map(({ message }) => (
        <p key={message} class="note">
          {message}
        </p>
      ))}
      {shared.length > 0 && (
        <section>
          <h2>Files of all agents</h2>
          <ul class="changes">
            {shared.map(({ path, message, diff }) => (
              <li key={`${path} ${message}`}>
                <p>
                  <code>{path}</code> {message}
                </p>
                {diff !== undefined && <Diff lines={diff} name={path} />}
              </li>
            ))}
          </ul>
        </section>
      )}
      {touched.length > 0 && (
        <section>
          <h2 class="hidden">Agents</h2>
          <ul class="changes">
            {touched.map((agent) => (
              <AgentChange key={agent.name} agent={agent} />
            ))}
          </ul>
        </section>
      )}
      {!isInLine && rest > 0 && <p class="rest">{counted(rest, "further agent")} as declared.</p>}
    </div>
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

/** One agent of the plan, which opens to its files. */
function AgentChange({ agent }: { readonly agent: AgentPlan }): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { name, action, changes } = agent;
  const { symbol, verb } = glyphs[action];
  const [first, ...more] = changes;
  return (
    <li class={`change ${action}`}>
      <details onToggle={({ currentTarget }) => setOpen(currentTarget.open)}>
        <summary data-stop>
          <span class="glyph" aria-hidden="true">
            {symbol}
          </span>
          <span class="what">
            <strong>{name}</strong> {verb}
            {first !== undefined && <span class="why">: {first.message}</span>}
            {agent.cost === "agent" && (
              <span class="stake">
                <Mark sign="you" /> interrupts its work: {stakePhrase(agent.atStake)}
              </span>
            )}
            {agent.action === "pending" && <span class="hold">{holdText(agent)}</span>}
          </span>
        </summary>
        {isOpen && (
          <div class="inside">
            {more.map(({ message }) => (
              <p key={message}>and {message}</p>
            ))}
            {changes.map(
              ({ diff, message }) => diff !== undefined && <Diff key={message} lines={diff} name={name} />,
            )}
            <FileDiffs name={name} />
            <p>
              <a href={`/agents/${name}?tab=why`}>Why, with the lines of fleet.yaml</a>
            </p>
          </div>
        )}
      </details>
    </li>
  );
}

function holdText(agent: Extract<AgentPlan, { action: "pending" }>): string {
  if (agent.hold === "suspended") return "suspended";
  const { name, hold, awaiting, atStake, reason, cost, action } = agent;
  return holdPhrase({ name, hold, awaiting, atStake, reason, cost, action, changes: [] });
}

/** Returns the place of an agent in the plan: interruptions first. */
function weight({ action, cost }: AgentPlan): number {
  if (cost === "agent") return 10;
  return {
    blocked: 8,
    remove: 7,
    restart: 6,
    stop: 5,
    add: 4,
    start: 4,
    adopt: 3,
    change: 3,
    pending: 2,
    none: 0,
  }[action];
}
