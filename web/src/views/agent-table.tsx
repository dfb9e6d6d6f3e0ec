import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { select } from "../control/selection.ts";
import type { UiAgent, UiState } from "../../../src/ui/protocol.ts";
import { canSort, nextSort, sortingIn, type Sorting } from "../groups/sorting.ts";
import { setQuery } from "../router.ts";
import { Row } from "../row.tsx";
import { sectionsBy } from "../groups/sections.ts";
import { TableSection } from "../groups/table-section.tsx";
import { counted } from "../words.ts";

/** The table of agents, in sections. */
export function AgentTable({
  fleet: { agents, fleet },
  shown,
  by,
  sort,
  selected,
}: {
  readonly fleet: UiState;
  readonly shown: readonly UiAgent[];
  /** The grouping; empty for the need. */
  readonly by: string;
  /** The order, as a word of the address; null for that of the need. */
  readonly sort: string | null;
  /** Undefined if no agent can be selected. */
  readonly selected: ReadonlySet<string> | undefined;
}): JSX.Element {
  const withHost = fleet.hosts.length > 0;
  const withActivity = agents.some(({ activity }) => activity !== null);
  const withMemory = agents.some(({ memoryBytes }) => memoryBytes !== null);
  const lost = lostHosts(fleet);
  const sorting = sortingIn(sort);
  const sections = useMemo(
    () => sectionsBy(by, shown, fleet.host, sortingIn(sort)),
    [by, shown, fleet.host, sort],
  );
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
  const looks = [
    "table",
    withHost && "with-host",
    withActivity && "with-activity",
    withMemory && "with-memory",
    selected !== undefined && "with-select",
  ];
  return (
    <div role="table" class={looks.filter(Boolean).join(" ")} aria-label={counted(shown.length, "agent")}>
      <div role="rowgroup" class="head">
        <div role="row" class="row">
          {selected !== undefined && <SelectAll shown={shown} selected={selected} />}
          {columns.map((title) => (
            <ColumnHead key={title} title={title} sorting={sorting} />
          ))}
        </div>
      </div>
      {sections.map((section) => (
        <TableSection
          key={section.id}
          section={section}
          isAlone={sections.length === 1}
          columns={columns.length + (selected === undefined ? 0 : 1)}
          row={(agent) => (
            <Row
              key={agent.name}
              agent={agent}
              host={withHost ? (agent.host ?? fleet.host ?? "") : undefined}
              seenAt={agent.host === null ? undefined : lost.get(agent.host)}
              isSelected={selected?.has(agent.name)}
              withActivity={withActivity}
              withMemory={withMemory}
            />
          )}
        />
      ))}
    </div>
  );
}

/** Returns the hosts that do not answer, with the time of their last answer, ms since the epoch. */
function lostHosts({ hosts }: UiState["fleet"]): ReadonlyMap<string, number> {
  return new Map(
    hosts.flatMap(({ name, state, seenAt }) =>
      state === "unreachable" && seenAt !== null ? [[name, seenAt] as const] : [],
    ),
  );
}

/** The title of a column, as a button if the column can order the agents. */
function ColumnHead({
  title,
  sorting,
}: {
  readonly title: string;
  readonly sorting: Sorting | undefined;
}): JSX.Element {
  const column = title.toLowerCase();
  // Names begin with A, and times and numbers with the largest.
  const isUp = (column === "agent") !== sorting?.isReversed;
  const order = sorting?.column !== column ? undefined : isUp ? "ascending" : "descending";
  return (
    <div role="columnheader" class={`head-${column}`} aria-sort={order}>
      {canSort(column) ? (
        <button
          type="button"
          class="sort"
          onClick={() => setQuery({ sort: nextSort(sorting, column) }, true)}
        >
          {title}
        </button>
      ) : (
        title
      )}
    </div>
  );
}

function SelectAll({
  shown,
  selected,
}: {
  readonly shown: readonly UiAgent[];
  readonly selected: ReadonlySet<string>;
}): JSX.Element {
  const areAll = shown.every(({ name }) => selected.has(name));
  return (
    <div role="columnheader" class="select">
      <label>
        <input
          type="checkbox"
          aria-label={`Select all ${counted(shown.length, "agent")}`}
          checked={areAll}
          onClick={() => select(areAll ? [] : shown.map(({ name }) => name))}
        />
      </label>
    </div>
  );
}
