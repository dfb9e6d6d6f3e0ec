import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { select } from "../control/selection.ts";
import { SelectionBar } from "../control/selection-bar.tsx";
import type { UiHost, UiState } from "../../../src/ui/protocol.ts";
import { Filter, ShowAll } from "../filter.tsx";
import { Empty, Mark, NoAgents, Since } from "../parts.tsx";
import { Row } from "../row.tsx";
import { change } from "../store.ts";
import { sectionsOf } from "../sections.ts";
import { choiceIn, selectAgents } from "../select.ts";
import { counted } from "../words.ts";

/** The table of all agents. */
export function FleetView({
  fleet: whole,
  query,
  selected,
  isControlled,
}: {
  readonly fleet: UiState;
  readonly query: URLSearchParams;
  readonly selected: ReadonlySet<string>;
  readonly isControlled: boolean;
}): JSX.Element {
  const { agents, fleet } = whole;
  const choice = choiceIn(query);
  const { text, group, host } = choice;
  const shown = useMemo(
    () => selectAgents(agents, choice, fleet.host),
    [agents, text, group, host, fleet.host],
  );
  const here = shown.filter((agent) => agent.host === null);
  // Nobody changes an agent that the filter hides, or one of another machine.
  const chosen = here.filter(({ name }) => selected.has(name));
  const withHost = fleet.hosts.length > 0;
  const lost = new Map(
    fleet.hosts.flatMap(({ name, state, seenAt }) =>
      state === "unreachable" && seenAt !== null ? [[name, seenAt] as const] : [],
    ),
  );
  const sections = useMemo(() => sectionsOf(shown), [shown]);
  const withActivity = agents.some(({ activity }) => activity !== null);
  const withMemory = agents.some(({ memoryBytes }) => memoryBytes !== null);
  const columns = [
    "Agent",
    ...(withHost ? ["Host"] : []),
    "State",
    ...(withActivity ? ["Activity"] : []),
    "Since",
    "Quiet",
    "Restarts",
    ...(withMemory ? ["Memory"] : []),
    "CPU",
    "Pending",
  ];
  if (agents.length === 0 && fleet.seenAt === null) return <Empty title="No agent is known yet" />;
  if (agents.length === 0 && withHost) return <Elsewhere hosts={fleet.hosts} />;
  if (agents.length === 0) return <NoAgents file={fleet.file} />;
  return (
    <>
      <h1 class="hidden">Agents of {fleet.fleet}</h1>
      <Filter fleet={whole} query={query} />
      {isControlled && here.length > 0 && (
        <p class="changes-of">
          <button type="button" onClick={() => change({ prompt: here.map(({ name }) => name) })}>
            Prompt {here.length === 1 ? here[0]?.name : `these ${here.length}`}…
          </button>
        </p>
      )}
      <Notes notes={fleet.notes} />
      <LostHosts hosts={fleet.hosts} />
      {shown.length === 0 ? (
        <Empty title="No agent fits">
          <ShowAll count={agents.length} />
        </Empty>
      ) : (
        <div
          role="table"
          class={[
            "table",
            withHost && "with-host",
            withActivity && "with-activity",
            withMemory && "with-memory",
            isControlled && "with-select",
          ]
            .filter(Boolean)
            .join(" ")}
          aria-label={counted(shown.length, "agent")}
        >
          <div role="rowgroup" class="head">
            <div role="row" class="row">
              {isControlled && (
                <div role="columnheader" class="select">
                  <label>
                    <input
                      type="checkbox"
                      aria-label={`Select all ${counted(here.length, "agent")}`}
                      checked={chosen.length === here.length}
                      onClick={() =>
                        select(chosen.length === here.length ? [] : here.map(({ name }) => name))
                      }
                    />
                  </label>
                </div>
              )}
              {columns.map((title) => (
                <div key={title} role="columnheader" class={`head-${title.toLowerCase()}`}>
                  {title}
                </div>
              ))}
            </div>
          </div>
          {sections.map(({ agents: own, id, sign, title }) => (
            <div key={id} role="rowgroup" class={`section ${id}`} aria-label={title}>
              {sections.length > 1 && (
                <div role="row" class="section-head">
                  <div role="cell" aria-colspan={columns.length + (isControlled ? 1 : 0)}>
                    <h2>
                      <Mark sign={sign} /> {title} <span class="count">{own.length}</span>
                    </h2>
                    {id === "you" && (
                      <a href="/wall?show=you">
                        Screens<span class="hidden"> of the agents that need you</span>
                      </a>
                    )}
                  </div>
                </div>
              )}
              {own.map((agent) => (
                <Row
                  key={agent.name}
                  agent={agent}
                  host={withHost ? (agent.host ?? fleet.host ?? "") : undefined}
                  seenAt={agent.host === null ? undefined : lost.get(agent.host)}
                  isSelected={
                    isControlled ? (agent.host === null ? selected.has(agent.name) : null) : undefined
                  }
                  withActivity={withActivity}
                  withMemory={withMemory}
                />
              ))}
            </div>
          ))}
        </div>
      )}
      {isControlled && <SelectionBar agents={chosen} />}
    </>
  );
}

/** The machines that do not answer, with the reason, and the age of what is shown of them. */
function LostHosts({ hosts }: { readonly hosts: readonly UiHost[] }): JSX.Element | null {
  const lost = hosts.filter(({ state }) => state === "unreachable");
  if (lost.length === 0) return null;
  return (
    <ul class="notes lost-hosts">
      {lost.map(({ name, problem, seenAt }) => (
        <li key={name}>
          <Mark sign="missing" /> <a href="/hosts">{name}</a> does not answer
          {problem !== null && ` (${problem.summary.replace(`${name}: `, "")})`}
          {seenAt === null ? (
            ", so its agents are unknown."
          ) : (
            <>
              , so its agents are shown as they were <Since at={seenAt} /> ago.
            </>
          )}
        </li>
      ))}
    </ul>
  );
}

/** The page of a machine without agents of its own, before the first answer of another one. */
function Elsewhere({ hosts }: { readonly hosts: readonly UiHost[] }): JSX.Element {
  const isAsking = hosts.some(({ state }) => state === "asking");
  return (
    <>
      <LostHosts hosts={hosts} />
      <Empty title={isAsking ? "Asking the hosts for their agents…" : "No host has agents"} />
    </>
  );
}

/** The remarks of `fleet status`. */
function Notes({ notes }: { readonly notes: readonly string[] }): JSX.Element | null {
  if (notes.length === 0) return null;
  return (
    <ul class="notes">
      {notes.map((note) => (
        <li key={note}>{note}</li>
      ))}
    </ul>
  );
}
