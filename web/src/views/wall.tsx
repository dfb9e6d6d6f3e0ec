import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import type { PictureLine } from "../../../src/ui/picture/picture.ts";
import type { UiAgent, UiPictures, UiState } from "../../../src/ui/protocol.ts";
import { Filter } from "../filter.tsx";
import { followRow } from "../look.ts";
import { memo } from "../memo.ts";
import { Empty, Mark, Since } from "../parts.tsx";
import { State } from "../row.tsx";
import { Picture } from "../screen/picture.tsx";
import { selectAgents } from "../select.ts";
import { activitySign, activityWord } from "../words.ts";

const none: readonly PictureLine[] = [];

/** The last lines of every agent on the screen, as living pictures. */
export function WallView({
  fleet: { agents, fleet },
  pictures,
  query,
}: {
  readonly fleet: UiState;
  readonly pictures: UiPictures;
  readonly query: URLSearchParams;
}): JSX.Element {
  const [text, group] = [query.get("q") ?? "", query.get("show")];
  const shown = useMemo(() => selectAgents(agents, text, group), [agents, text, group]);
  return (
    <>
      <h1 class="hidden">Screens of {fleet.fleet}</h1>
      <Filter agents={agents} query={query} />
      {shown.length === 0 ? (
        <Empty title="No agent fits" />
      ) : (
        <ul class="wall">
          {shown.map((agent) => (
            <Card key={agent.name} agent={agent} lines={pictures[agent.name] ?? none} />
          ))}
        </ul>
      )}
    </>
  );
}

const Card = memo(function Card({
  agent,
  lines,
}: {
  readonly agent: UiAgent;
  readonly lines: readonly PictureLine[];
}): JSX.Element {
  const { name, quietSince } = agent;
  const element = useRef<HTMLLIElement>(null);
  useEffect(() => (element.current === null ? undefined : followRow(element.current)), [name]);
  return (
    <li ref={element} class="card" data-name={name} data-kind="card">
      <a href={`/agents/${name}`} data-stop>
        <span class="card-head">
          <strong>{name}</strong>
          {agent.activity === null || agent.state !== "running" ? (
            <State agent={agent} />
          ) : (
            <span class={`activity-word ${agent.activity.state}`}>
              <Mark sign={activitySign(agent)} /> {activityWord(agent.activity.state)}
              {agent.activity.reason !== null && <span class="asked">{agent.activity.reason}</span>}
            </span>
          )}
          {quietSince !== null && (
            <span class="quiet-for">
              <span class="hidden">quiet for </span>
              <Since at={quietSince} />
            </span>
          )}
        </span>
      </a>
      <Picture lines={lines} />
    </li>
  );
});
