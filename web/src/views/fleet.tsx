import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import type { UiState } from "../../../src/ui/protocol.ts";
import { Filter } from "../filter.tsx";
import { Command, Empty, Mark } from "../parts.tsx";
import { setQuery } from "../router.ts";
import { Row } from "../row.tsx";
import { change } from "../store.ts";
import { sectionsOf } from "../sections.ts";
import { selectAgents } from "../select.ts";
import { counted } from "../words.ts";

/** The table of all agents. */
export function FleetView({
  fleet: { agents, fleet },
  query,
  isControlled,
}: {
  readonly fleet: UiState;
  readonly query: URLSearchParams;
  readonly isControlled: boolean;
}): JSX.Element {
  const [text, group] = [query.get("q") ?? "", query.get("show")];
  const shown = useMemo(() => selectAgents(agents, text, group), [agents, text, group]);
  const sections = useMemo(() => sectionsOf(shown), [shown]);
  const withActivity = agents.some(({ activity }) => activity !== null);
  const withMemory = agents.some(({ memoryBytes }) => memoryBytes !== null);
  const columns = [
    "Agent",
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
  if (agents.length === 0) {
    return (
      <Empty title="This fleet has no agents">
        <p>
          Declare some in <code>{fleet.file}</code>, then run:
        </p>
        <Command line="fleet apply" />
      </Empty>
    );
  }
  return (
    <>
      <h1 class="hidden">Agents of {fleet.fleet}</h1>
      <Filter agents={agents} query={query} />
      {isControlled && shown.length > 0 && (
        <p class="changes-of">
          <button type="button" onClick={() => change({ prompt: shown.map(({ name }) => name) })}>
            Prompt {shown.length === 1 ? shown[0]?.name : `these ${shown.length}`}…
          </button>
        </p>
      )}
      <Notes notes={fleet.notes} />
      {shown.length === 0 ? (
        <Empty title="No agent fits">
          <button type="button" onClick={() => setQuery({ q: undefined, show: undefined }, true)}>
            Show all {agents.length}
          </button>
        </Empty>
      ) : (
        <div
          role="table"
          class={`table ${withActivity ? "with-activity" : ""} ${withMemory ? "with-memory" : ""}`}
          aria-label={counted(shown.length, "agent")}
        >
          <div role="rowgroup" class="head">
            <div role="row" class="row">
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
                  <div role="cell" aria-colspan={columns.length}>
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
                <Row key={agent.name} agent={agent} withActivity={withActivity} withMemory={withMemory} />
              ))}
            </div>
          ))}
        </div>
      )}
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
