import type { JSX } from "preact";
import type { UiAgent } from "../../src/ui/protocol.ts";
import { Mark } from "./parts.tsx";
import { setQuery } from "./router.ts";
import { groups } from "./words.ts";

/** The filters of agents: by group and by text. Both are in the address, so reload, back and links keep them. */
export function Filter({
  agents,
  query,
}: {
  readonly agents: readonly UiAgent[];
  readonly query: URLSearchParams;
}): JSX.Element {
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
