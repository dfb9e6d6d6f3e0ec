import type { JSX } from "preact";
import type { PlanJson } from "../../../src/report/plan/plan-output.ts";
import { Diff, Empty, Mark } from "../parts.tsx";
import { counted } from "../words.ts";
import { AgentChange, weight } from "./agent-change.tsx";

/** The way to lift the guard with this flag. */
type Lift = (flag: string) => JSX.Element;

/** A plan, and at its end the way to carry it out. */
export function Plan({
  plan,
  host = null,
  end,
  lift,
}: {
  readonly plan: PlanJson;
  /** The other host that it is about; null for this machine. */
  readonly host?: string | null;
  readonly end?: JSX.Element | undefined;
  /** Without it, the command line lifts guards. */
  readonly lift?: Lift | undefined;
}): JSX.Element {
  const { agents, shared, notes, deviations, hindrance, refusals, actions } = plan;
  const touched = agents.filter(({ action }) => action !== "none").toSorted((a, b) => weight(b) - weight(a));
  const rest = agents.length - touched.length;
  const isInLine =
    touched.length === 0 && shared.length === 0 && actions.length === 0 && hindrance === undefined;
  const mayRun = (refusals.length === 0 || lift !== undefined) && actions.length > 0;
  return (
    <div class="plan">
      {refusals.length > 0 && <Refusals refusals={refusals} lift={lift} />}
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
        <Summary plan={plan} end={mayRun ? end : undefined} />
      )}
      {[...notes, ...deviations].map(({ message }) => (
        <p key={message} class="note">
          {message}
        </p>
      ))}
      {shared.length > 0 && <SharedChanges shared={shared} />}
      {touched.length > 0 && (
        <section>
          <h2 class="hidden">Agents</h2>
          <ul class="changes">
            {touched.map((agent) => (
              <AgentChange key={agent.name} agent={agent} host={host} />
            ))}
          </ul>
        </section>
      )}
      {!isInLine && rest > 0 && <p class="rest">{counted(rest, "further agent")} as declared.</p>}
    </div>
  );
}

/** The guards that refuse a plan, each with the way to lift it. */
function Refusals({
  refusals,
  lift,
}: {
  readonly refusals: PlanJson["refusals"];
  readonly lift: Lift | undefined;
}): JSX.Element {
  return (
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
  );
}

/** The numbers of a plan, and its interruptions. */
function Summary({
  plan: { agents, summary },
  end,
}: {
  readonly plan: PlanJson;
  readonly end: JSX.Element | undefined;
}): JSX.Element {
  const interrupted = agents.filter(({ action, cost }) => action !== "none" && cost === "agent").length;
  const counts = [
    [summary.restart, "to restart"],
    [summary.remove, "to remove"],
    [summary.add, "to add"],
    [summary.change, "to change"],
    [summary.pending, "pending"],
    [summary.blocked, "blocked"],
  ] as const;
  return (
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
      {end}
    </section>
  );
}

function SharedChanges({ shared }: Pick<PlanJson, "shared">): JSX.Element {
  return (
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
  );
}
