import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { glyphs } from "../../../src/report/plan/agents/glyphs.ts";
import { holdPhrase } from "../../../src/report/plan/agents/hold-text.ts";
import { stakePhrase } from "../../../src/report/phrases.ts";
import type { AgentPlanJson } from "../../../src/report/plan/plan-output.ts";
import { Diff, Mark } from "../parts.tsx";
import { FileDiffs } from "../views/agent/file-diffs.tsx";

/** One agent of the plan, which opens to its files. */
export function AgentChange({
  agent,
  host,
}: {
  readonly agent: AgentPlanJson;
  /** The other host that it is on; null for this machine. */
  readonly host: string | null;
}): JSX.Element {
  const [isOpen, setOpen] = useState(false);
  const { name, action, changes } = agent;
  const { symbol, verb } = glyphs[action];
  const place = host === null ? name : `${host}/${name}`;
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
                <span class="hidden">, </span>
                <Mark sign="you" /> interrupts its work: {stakePhrase(agent.atStake)}
              </span>
            )}
            {agent.action === "pending" && (
              <span class="hold">
                <span class="hidden">, </span>
                {holdText(agent)}
              </span>
            )}
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
            <FileDiffs name={place} />
            <p>
              <a href={`/agents/${place}?tab=why`}>Why, with the lines of fleet.yaml</a>
            </p>
          </div>
        )}
      </details>
    </li>
  );
}

function holdText(agent: Extract<AgentPlanJson, { action: "pending" }>): string {
  if (agent.hold === "suspended") return "suspended";
  const { name, hold, awaiting, atStake, reason, cost, action } = agent;
  return holdPhrase({ name, hold, awaiting, atStake, reason, cost, action, changes: [] });
}

/** Returns the place of an agent in the plan: interruptions first. */
export function weight({ action, cost }: AgentPlanJson): number {
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
