import type { JSX } from "preact";
import { useEffect, useMemo, useRef } from "preact/hooks";
import { textOf, type PictureLine } from "../../../src/ui/picture/picture.ts";
import type { UiAgent, UiPictures, UiState } from "../../../src/ui/protocol.ts";
import { Filter, ShowAll } from "../groups/filter.tsx";
import { followRow } from "../server/look.ts";
import { memo } from "../memo.ts";
import { Empty, Mark, NoAgents, Since } from "../parts.tsx";
import { State } from "../row.tsx";
import { Picture } from "../screen/picture.tsx";
import { setQuery } from "../router.ts";
import { choiceIn, matchingAgents } from "../groups/select.ts";
import { activitySign, activityWord, counted } from "../words.ts";
import { useFound } from "./use-found.ts";

const none: readonly PictureLine[] = [];
/** The states in which an agent may have no pane. */
const withoutScreen: ReadonlySet<string> = new Set([
  "missing",
  "stopped",
  "completed",
  "scheduled",
  "failed",
]);

/** The lines in a card, as those of this machine come. */
const cardLines = 12;

/** The last lines of every agent on the screen, as living pictures. */
export function WallView({
  fleet: whole,
  pictures,
  query,
}: {
  readonly fleet: UiState;
  readonly pictures: UiPictures;
  readonly query: URLSearchParams;
}): JSX.Element {
  const { agents, fleet } = whole;
  const choice = choiceIn(query);
  const { text, group, host } = choice;
  const shown = useMemo(
    () => matchingAgents(agents, choice, fleet.host),
    [agents, text, group, host, fleet.host],
  );
  const find = query.get("find") ?? "";
  const found = useFound(find);
  const cards = found === undefined ? shown : shown.filter(({ name }) => found.lines.has(name));
  if (agents.length === 0 && fleet.hosts.length === 0) return <NoAgents file={fleet.file} />;
  return (
    <>
      <h1 class="hidden">Screens of {fleet.fleet}</h1>
      <Filter fleet={whole} query={query}>
        <label class="search find">
          <span class="hidden">Find a text on all screens</span>
          <input
            type="search"
            placeholder="Find on all screens"
            autocomplete="off"
            spellcheck={false}
            value={find}
            onInput={({ currentTarget }) => setQuery({ find: currentTarget.value }, false)}
          />
        </label>
      </Filter>
      <p role="status" class="found">
        {found !== undefined &&
          `On ${found.lines.size} of ${counted(found.searched, "screen")}${fleet.hosts.length > 0 ? " of this machine" : ""}.`}
      </p>
      {cards.length === 0 ? (
        <Empty title="No agent fits">
          <ShowAll count={agents.length} />
        </Empty>
      ) : (
        <ul class="wall">
          {cards.map((agent) => (
            <Card
              key={agent.name}
              agent={agent}
              lines={pictures[agent.name] ?? none}
              found={found?.lines.get(agent.name)}
            />
          ))}
        </ul>
      )}
    </>
  );
}

const Card = memo(function Card({
  agent,
  lines,
  found,
}: {
  readonly agent: UiAgent;
  readonly lines: readonly PictureLine[];
  /** The lines of its screen with the text that somebody looks for. */
  readonly found: readonly string[] | undefined;
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
              {agent.activity.reason !== null && <span class="asked"> {agent.activity.reason}</span>}
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
      {found !== undefined && (
        <ul class="found-lines">
          {found.map((line, at) => (
            <li key={at}>
              <mark>{line}</mark>
            </li>
          ))}
        </ul>
      )}
      {lines.length === 0 && withoutScreen.has(agent.state) ? (
        <p class="no-screen">It has no screen now.</p>
      ) : (
        <Picture lines={agent.host === null ? lines : lastPictureLines(lines)} />
      )}
    </li>
  );
});

/** Returns the last lines with text of a whole screen. */
function lastPictureLines(screen: readonly PictureLine[]): readonly PictureLine[] {
  return screen.filter((line) => textOf(line).trim() !== "").slice(-cardLines);
}
