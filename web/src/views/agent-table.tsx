import type { JSX } from "preact";
import { useMemo } from "preact/hooks";
import { select } from "../control/selection.ts";
import type { UiAgent, UiState } from "../../../src/ui/protocol.ts";
import { Row } from "../row.tsx";
import { sectionsBy } from "../groups/sections.ts";
import { TableSection } from "../groups/table-section.tsx";
import { counted } from "../words.ts";

/** The table of agents, in sections. */
export function AgentTable({
  fleet: { agents, fleet },
  shown,
  by,
  here,
  selected,
}: {
  readonly fleet: UiState;
  readonly shown: readonly UiAgent[];
  /** The grouping; empty for the need. */
  readonly by: string;
  /** Those of this machine: only these can be selected. */
  readonly here: readonly UiAgent[];
  /** Undefined if no agent can be selected. */
  readonly selected: ReadonlySet<string> | undefined;
}): JSX.Element {
  const withHost = fleet.hosts.length > 0;
  const withActivity = agents.some(({ activity }) => activity !== null);
  const withMemory = agents.some(({ memoryBytes }) => memoryBytes !== null);
  const lost = new Map(
    fleet.hosts.flatMap(({ name, state, seenAt }) =>
      state === "unreachable" && seenAt !== null ? [[name, seenAt] as const] : [],
    ),
  );
  const sections = useMemo(() => sectionsBy(by, shown, fleet.host), [by, shown, fleet.host]);
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
          {selected !== undefined && <SelectAll here={here} selected={selected} />}
          {columns.map((title) => (
            <div key={title} role="columnheader" class={`head-${title.toLowerCase()}`}>
              {title}
            </div>
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
              isSelected={selected && (agent.host === null ? selected.has(agent.name) : null)}
              withActivity={withActivity}
              withMemory={withMemory}
            />
          )}
        />
      ))}
    </div>
  );
}

function SelectAll({
  here,
  selected,
}: {
  readonly here: readonly UiAgent[];
  readonly selected: ReadonlySet<string>;
}): JSX.Element {
  const areAll = here.every(({ name }) => selected.has(name));
  return (
    <div role="columnheader" class="select">
      <label>
        <input
          type="checkbox"
          aria-label={`Select all ${counted(here.length, "agent")}`}
          checked={areAll}
          onClick={() => select(areAll ? [] : here.map(({ name }) => name))}
        />
      </label>
    </div>
  );
}
