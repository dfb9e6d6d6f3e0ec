import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { SelectionBar } from "../control/selection-bar.tsx";
import type { UiHost, UiState } from "../../../src/ui/protocol.ts";
import { Filter, ShowAll } from "../groups/filter.tsx";
import { FleetMap } from "../groups/map.tsx";
import { Empty, Mark, NoAgents, Since } from "../parts.tsx";
import { change } from "../store.ts";
import { choiceIn, matchingAgents } from "../groups/select.ts";
import { AgentTable } from "./agent-table.tsx";

/** The agents of the fleet, with those first that need somebody. */
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
    () => matchingAgents(agents, choice, fleet.host),
    [agents, text, group, host, fleet.host],
  );
  const by = query.get("by") ?? "";
  if (agents.length === 0 && fleet.seenAt === null) return <Empty title="No agent is known yet" />;
  if (agents.length === 0 && fleet.hosts.length > 0) return <Elsewhere hosts={fleet.hosts} />;
  if (agents.length === 0) return fleet.problems.length > 0 ? <></> : <NoAgents file={fleet.file} />;
  return (
    <>
      <h1 class="hidden">Agents of {fleet.fleet}</h1>
      <Filter fleet={whole} query={query} isGrouped>
        {isControlled && shown.length > 0 && (
          <button type="button" onClick={() => change({ prompt: shown.map(({ name }) => name) })}>
            Prompt {shown.length === 1 ? shown[0]?.name : `these ${shown.length}`}…
          </button>
        )}
      </Filter>
      <FleetMap agents={agents} shown={shown} by={by} here={fleet.host} />
      <Notes notes={fleet.notes} />
      <LostHosts hosts={fleet.hosts} />
      {shown.length === 0 ? (
        <Empty title="No agent fits">
          <ShowAll count={agents.length} />
        </Empty>
      ) : (
        <AgentTable
          fleet={whole}
          shown={shown}
          by={by}
          sort={query.get("sort")}
          selected={isControlled ? selected : undefined}
        />
      )}
      {/* Nobody changes an agent that the filter hides. */}
      {isControlled && <SelectionBar agents={shown.filter(({ name }) => selected.has(name))} />}
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
          {problem !== null && ` (${problem.summary})`}
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
