import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { memo } from "./memo.ts";
import type { UiAgent } from "../../src/ui/protocol.ts";
import { toggleSelected } from "./control/selection.ts";
import { followRow } from "./server/look.ts";
import { Mark, Since } from "./parts.tsx";
import { activityWord, memoryText, needsYou, ownName, signOf } from "./words.ts";

/** One agent of the table. Drawn again only if the agent has changed. */
export const Row = memo(function Row({
  agent,
  host,
  seenAt,
  isSelected,
  withActivity,
  withMemory,
}: {
  readonly agent: UiAgent;
  /** The name of its machine; undefined without a column for it. */
  readonly host: string | undefined;
  /** The time of the last answer of its machine, which does not answer now, ms since the epoch. */
  readonly seenAt: number | undefined;
  /** Undefined if nobody may select agents. */
  readonly isSelected: boolean | undefined;
  readonly withActivity: boolean;
  readonly withMemory: boolean;
}): JSX.Element {
  const { name, labels, pending, action } = agent;
  const isOld = seenAt !== undefined;
  const element = useRef<HTMLDivElement>(null);
  useEffect(() => (element.current === null ? undefined : followRow(element.current)), [name]);
  const some = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return (
    <div
      ref={element}
      role="row"
      class={`row ${needsYou(agent) ? "you" : ""} ${isOld ? "old-row" : ""} ${isSelected === true ? "selected" : ""}`}
      data-name={name}
    >
      {isSelected !== undefined && <SelectCell name={name} isSelected={isSelected} />}
      <div role="rowheader" class="name">
        <a href={`/agents/${name}`} data-stop>
          {ownName(agent)}
        </a>
        {agent.isService && <span class="tag">service</span>}
        {some.length > 0 && <span class="labels">{some.join(" ")}</span>}
      </div>
      {host !== undefined && <HostCell host={host} seenAt={seenAt} />}
      <div role="cell" class="state">
        <State agent={agent} />
      </div>
      {withActivity && (
        <div role="cell" class="activity">
          <Activity agent={agent} />
        </div>
      )}
      <div role="cell" class="since" data-title="since">
        <Since at={agent.since} />
      </div>
      <div role="cell" class="quiet-for" data-title="quiet">
        <Since at={agent.quietSince} />
      </div>
      <div role="cell" class="number restarts" data-title="restarts">
        {agent.restarts === 0 ? <span class="none">0</span> : agent.restarts}
      </div>
      {withMemory && (
        <div role="cell" class="number memory" data-title="memory">
          {agent.memoryBytes === null ? <span class="none">–</span> : memoryText(agent.memoryBytes)}
        </div>
      )}
      <div role="cell" class="number cpu" data-title="cpu">
        {agent.processorShare === null ? (
          <span class="none">–</span>
        ) : (
          `${Math.round(agent.processorShare * 100)} %`
        )}
      </div>
      <div role="cell" class={`pending ${action}`} title={pending ?? undefined}>
        {pending === null ? <span class="none">–</span> : pending}
      </div>
    </div>
  );
});

function SelectCell({
  name,
  isSelected,
}: {
  readonly name: string;
  readonly isSelected: boolean;
}): JSX.Element {
  return (
    <div role="cell" class="select">
      <label>
        <input
          type="checkbox"
          aria-label={`Select ${name}`}
          // The key x does the same, and Tab would stop twice at each agent.
          tabIndex={-1}
          checked={isSelected}
          onClick={({ shiftKey }) => toggleSelected(name, shiftKey)}
        />
      </label>
    </div>
  );
}

/** The machine of an agent, with the age of its last answer if it does not answer now. */
function HostCell({
  host,
  seenAt,
}: {
  readonly host: string;
  readonly seenAt: number | undefined;
}): JSX.Element {
  return (
    <div role="cell" class="host-name">
      {host}
      {seenAt !== undefined && (
        <span class="tag">
          <span class="hidden">seen </span>
          <Since at={seenAt} /> ago
        </span>
      )}
    </div>
  );
}

/** The state of an agent, as a sign and a word. */
export function State({ agent }: { readonly agent: UiAgent }): JSX.Element {
  const attached = agent.attached > 0 ? `${agent.attached} attached` : "";
  return (
    <>
      <span class={`state-word ${agent.state}`}>
        <Mark sign={signOf(agent)} /> {agent.stateText}
      </span>
      {agent.isFrozen && <span class="tag">frozen</span>}
      {agent.isSuspended && <span class="tag">suspended</span>}
      {attached !== "" && <span class="tag">{attached}</span>}
    </>
  );
}

/** The activity of an agent's program, in words. */
export function Activity({ agent: { activity } }: { readonly agent: UiAgent }): JSX.Element {
  if (activity === null) return <span class="none">–</span>;
  return (
    <span class={`activity-word ${activity.state}`}>
      {activityWord(activity.state)} <Since at={activity.since} />
      {activity.reason !== null && (
        <span class="reason" title={activity.reason}>
          {" "}
          {activity.reason}
        </span>
      )}
    </span>
  );
}
