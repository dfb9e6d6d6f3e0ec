import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { UiAgent } from "../../../src/ui/protocol.ts";
import { setQuery } from "../router.ts";
import { activityWord, needsYou } from "../words.ts";
import { filterFor, groupsBy, type Group } from "./groupings.ts";
import { NeedCounts } from "./need-counts.tsx";
import { countNeeds, needOf } from "./sections.ts";

/** The number of agents from which on a list alone is too long to be seen at once. */
const fewest = 30;
/** The width below which a map would be most of the screen, pixels. */
const narrow = 720;
const mapPlace = "fleet-ui-map";
/** The number of agents from which on squares are small. */
const many = 200;
/** The rows of a group, if there is room, and the width of the smallest group, pixels. */
const [rows, narrowest] = [5, 140] as const;

/**
 * Every agent as a square, by its group: the whole fleet at one glance, with those in color that need somebody. Squares that
 * the filter leaves out are pale. The table has the same for screen readers.
 */
export function FleetMap({
  agents,
  shown,
  by,
  here,
}: {
  readonly agents: readonly UiAgent[];
  readonly shown: readonly UiAgent[];
  /** The grouping; without one, the entries. */
  readonly by: string;
  /** The name of this machine. */
  readonly here: string | null;
}): JSX.Element | null {
  const [isOpen, setOpen] = useState(wasOpen);
  const id = by === "" ? "entry" : by;
  const groups = useMemo(
    () => (agents.length < fewest || !isOpen ? [] : groupsBy(id, agents, here)),
    [agents, here, id, isOpen],
  );
  const chosen = useMemo(() => new Set(shown), [shown]);
  if (agents.length < fewest) return null;
  return (
    <details
      class={`map ${agents.length > many ? "dense" : ""}`}
      open={isOpen}
      onToggle={({ currentTarget: { open } }) => {
        // The first one tells what is drawn already.
        if (open === isOpen) return;
        setOpen(open);
        localStorage.setItem(mapPlace, open ? "open" : "closed");
      }}
    >
      <summary>
        Map
        <span class="legend">
          {countNeeds(agents).map(({ count, id: need, words }) => (
            <span key={need}>
              <i class={`tile ${need}`} aria-hidden="true" /> {count} {words}
            </span>
          ))}
        </span>
      </summary>
      {isOpen && (
        <div class="map-groups">
          {groups.map((group) => (
            <MapGroup
              key={group.value ?? ""}
              id={id}
              group={group}
              chosen={chosen}
              pitch={agents.length > many ? 14 : 17}
            />
          ))}
        </div>
      )}
    </details>
  );
}

function MapGroup({
  id,
  group: { agents, title, value },
  chosen,
  pitch,
}: {
  readonly id: string;
  readonly group: Group;
  readonly chosen: ReadonlySet<UiAgent>;
  /** The distance of two squares, pixels. */
  readonly pitch: number;
}): JSX.Element {
  const name = (
    <>
      {title} <span class="count">{agents.length}</span>
    </>
  );
  return (
    <section style={{ flexBasis: `${Math.max(narrowest, Math.ceil(agents.length / rows) * pitch)}px` }}>
      <h2>
        {value === undefined ? (
          name
        ) : (
          <button
            type="button"
            class="quiet"
            title={`Show ${title} alone`}
            onClick={() => setQuery(id === "host" ? { host: value } : { q: filterFor(id, value) }, true)}
          >
            {name}
          </button>
        )}
        <NeedCounts agents={agents} isBrief />
      </h2>
      <div class="tiles" aria-hidden="true">
        {agents.map((agent) => tileOf(agent, !chosen.has(agent)))}
      </div>
    </section>
  );
}

const bright = new WeakMap<UiAgent, JSX.Element>();
const pale = new WeakMap<UiAgent, JSX.Element>();

/** Returns the square of an agent. The same element for the same agent: nothing compares its attributes again. */
function tileOf(agent: UiAgent, isPale: boolean): JSX.Element {
  const known = isPale ? pale : bright;
  const old = known.get(agent);
  if (old !== undefined) return old;
  const tile = (
    <a
      key={agent.name}
      class={`tile ${needOf(agent)} ${isPale ? "pale" : ""}`}
      href={`/agents/${agent.name}`}
      tabIndex={-1}
      title={tileTitle(agent)}
    />
  );
  known.set(agent, tile);
  return tile;
}

function tileTitle(agent: UiAgent): string {
  const { activity, name, pending, stateText } = agent;
  const does = activity === null || agent.state !== "running" ? stateText : activityWord(activity.state);
  const reason = needsYou(agent) && typeof activity?.reason === "string" ? `: ${activity.reason}` : "";
  return `${name}, ${does}${reason}${pending === null ? "" : `\n${pending}`}`;
}

function wasOpen(): boolean {
  const chosen = localStorage.getItem(mapPlace);
  return chosen === null ? innerWidth > narrow : chosen === "open";
}
