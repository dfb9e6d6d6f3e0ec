import type { ComponentChildren, JSX } from "preact";
import type { UiState } from "../../../src/ui/protocol.ts";
import { groupingsOf } from "./groupings.ts";
import { sortColumns, sortingIn } from "./sorting.ts";
import { useMemo } from "preact/hooks";
import { Mark } from "../parts.tsx";
import { setQuery } from "../router.ts";
import { groups, hostsOnPage } from "../words.ts";

/** The number of agents from which on groups tell more than the list. */
const fewestAgents = 12;

/** The orders of the agents. */
const sortChoices = [
  { id: "", title: "sort: need" },
  ...sortColumns.map((column) => ({ id: column, title: `sort: ${column}` })),
];

/** The filters of agents: by group, by machine and by text. All are in the address, so reload, back and links keep them. */
export function Filter({
  fleet,
  query,
  isGrouped = false,
  children,
}: {
  readonly fleet: UiState;
  readonly query: URLSearchParams;
  /** True if the agents below can be put in groups. */
  readonly isGrouped?: boolean;
  /** Further controls. */
  readonly children?: ComponentChildren;
}): JSX.Element {
  const { agents } = fleet;
  const groupings = useMemo(
    () => (isGrouped && agents.length >= fewestAgents ? groupingsOf(fleet) : []),
    [isGrouped, agents, fleet.fleet.hosts],
  );
  const hosts = hostsOnPage(fleet);
  return (
    <div class="filters">
      <GroupChips agents={agents} chosen={query.get("show")} />
      {children}
      {groupings.length > 1 && (
        <label class="pick">
          <span class="pick-title">Group by </span>
          <Choice name="by" value={query.get("by")} options={groupings} />
        </label>
      )}
      {isGrouped && (
        <label class="pick sort-pick">
          <span class="hidden">Sort by</span>
          <Choice name="sort" value={sortingIn(query.get("sort"))?.column} options={sortChoices} />
        </label>
      )}
      {hosts.length > 0 && (
        <label class="pick">
          <span class="hidden">Host</span>
          <Choice
            name="host"
            value={query.get("host")}
            options={[{ id: "", title: "all hosts" }, ...hosts.map((id) => ({ id, title: id }))]}
          />
        </label>
      )}
      <label class="search">
        <span class="hidden">Filter agents by name, label or state</span>
        <input
          id="filter"
          type="search"
          placeholder="Filter  /"
          autocomplete="off"
          spellcheck={false}
          value={query.get("q") ?? ""}
          onInput={({ currentTarget }) => setQuery({ q: currentTarget.value }, false)}
        />
      </label>
    </div>
  );
}

/** The groups with agents, as buttons that show one group alone. */
function GroupChips({
  agents,
  chosen,
}: {
  readonly agents: UiState["agents"];
  readonly chosen: string | null;
}): JSX.Element {
  const shown = groups
    .map((group) => ({ ...group, count: agents.filter((agent) => group.has(agent)).length }))
    .filter(({ count, id }) => count > 0 || id === chosen);
  return (
    <div class="chips" role="group" aria-label="Groups of agents">
      {shown.map(({ id, title, sign, count }) => (
        <button
          key={id}
          type="button"
          class={`chip ${id}`}
          aria-pressed={chosen === id}
          onClick={() => setQuery({ show: chosen === id ? undefined : id }, true)}
        >
          <Mark sign={sign} /> {title} <strong>{count}</strong>
        </button>
      ))}
    </div>
  );
}

/** A choice that is kept in the address by its name. */
function Choice({
  name,
  value,
  options,
}: {
  readonly name: "by" | "sort" | "host";
  readonly value: string | null | undefined;
  readonly options: readonly { readonly id: string; readonly title: string }[];
}): JSX.Element {
  return (
    <select
      value={value ?? ""}
      onChange={({ currentTarget }) => setQuery({ [name]: currentTarget.value }, true)}
    >
      {options.map(({ id, title }) => (
        <option key={id} value={id}>
          {title}
        </option>
      ))}
    </select>
  );
}

/** Ends all filters. */
export function ShowAll({ count }: { readonly count: number }): JSX.Element {
  return (
    <button
      type="button"
      onClick={() => setQuery({ q: undefined, show: undefined, host: undefined, find: undefined }, true)}
    >
      Show all {count}
    </button>
  );
}
