import type { ComponentChildren, JSX } from "preact";
import type { UiState } from "../../../src/ui/protocol.ts";
import { groupingsOf } from "./groupings.ts";
import { sortColumns, sortingIn } from "./sorting.ts";
import { useMemo } from "preact/hooks";
import { Mark } from "../parts.tsx";
import { setQuery } from "../router.ts";
import { groups, hostsOnPage } from "../words.ts";

/** The number of agents from which on groups tell more than the list. */
const fewest = 12;

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
    () => (isGrouped && agents.length >= fewest ? groupingsOf(fleet) : []),
    [isGrouped, agents, fleet.fleet.hosts],
  );
  const hosts = hostsOnPage(fleet);
  const chosen = query.get("show");
  const shown = groups
    .map((group) => ({ ...group, count: agents.filter((agent) => group.has(agent)).length }))
    .filter(({ count, id }) => count > 0 || id === chosen);
  return (
    <div class="filters">
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
      {children}
      {groupings.length > 1 && (
        <label class="pick">
          <span class="pick-title">Group by </span>
          <select
            value={query.get("by") ?? ""}
            onChange={({ currentTarget }) => setQuery({ by: currentTarget.value }, true)}
          >
            {groupings.map(({ id, title }) => (
              <option key={id} value={id}>
                {title}
              </option>
            ))}
          </select>
        </label>
      )}
      {isGrouped && (
        <label class="pick sort-pick">
          <span class="hidden">Sort by</span>
          <select
            value={sortingIn(query.get("sort"))?.column ?? ""}
            onChange={({ currentTarget }) => setQuery({ sort: currentTarget.value }, true)}
          >
            <option value="">sort: need</option>
            {sortColumns.map((column) => (
              <option key={column} value={column}>
                sort: {column}
              </option>
            ))}
          </select>
        </label>
      )}
      {hosts.length > 0 && (
        <label class="pick">
          <span class="hidden">Host</span>
          <select
            value={query.get("host") ?? ""}
            onChange={({ currentTarget }) => setQuery({ host: currentTarget.value }, true)}
          >
            <option value="">all hosts</option>
            {hosts.map((name) => (
              <option key={name} value={name}>
                {name}
              </option>
            ))}
          </select>
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
