import type { WrittenValue } from "../config/writing/fleet-text.ts";
import type { ImportedAgent, ImportedFleet } from "./form/imported.ts";
import { openLedger } from "./form/ledger.ts";
import { openNames } from "./form/names.ts";

/** Joins the fleets of several files. Each name is given once, and defaults of more than one file go into their agents. */
export function combine(fleets: readonly ImportedFleet[]): ImportedFleet {
  const [first, ...others] = fleets;
  if (first === undefined) return { tmux: {}, defaults: {}, agents: [], lost: [], notes: [] };
  if (others.length === 0) return first;
  const names = openNames();
  const joined = fleets.map(withoutDefaults).map((fleet) => withOpenNames(fleet, names));
  return {
    tmux: Object.assign({}, ...joined.toReversed().map(({ tmux }) => tmux)) as ImportedFleet["tmux"],
    defaults: {},
    agents: joined.flatMap(({ agents }) => agents),
    lost: joined.flatMap(({ lost }) => lost),
    notes: joined.flatMap(({ notes }) => notes),
  };
}

/** Writes the defaults of a fleet into its agents. */
export function withoutDefaults(fleet: ImportedFleet): ImportedFleet {
  const agents = fleet.agents.map((agent) => ({ ...agent, keys: withShared(agent.keys, fleet.defaults) }));
  return { ...fleet, defaults: {}, agents };
}

const order =
  "description command runtime workdir env envFiles state replicas dependsOn restart stopTimeout resources labels".split(
    " ",
  );

function withShared(own: ImportedAgent["keys"], shared: ImportedFleet["defaults"]): ImportedAgent["keys"] {
  const env = { ...asMap(shared["env"]), ...asMap(own["env"]) };
  const keys: Record<string, WrittenValue> = {
    ...shared,
    ...own,
    ...(Object.keys(env).length === 0 ? {} : { env }),
  };
  return Object.fromEntries(Object.entries(keys).sort(([a], [b]) => order.indexOf(a) - order.indexOf(b)));
}

/** Returns a value as a map of texts; an empty one for any other value. */
export function asMap(value: WrittenValue | undefined): Readonly<Record<string, WrittenValue>> {
  return typeof value === "object" && !Array.isArray(value) && !(value instanceof Map)
    ? (value as Record<string, WrittenValue>)
    : {};
}

function withOpenNames(fleet: ImportedFleet, names: ReturnType<typeof openNames>): ImportedFleet {
  const renamed = new Map<string, string>();
  const ledger = openLedger(fleet.agents[0]?.file ?? "");
  for (const { name, line } of fleet.agents) renamed.set(name, names(name, ledger, line, name));
  const notes = [...renamed].flatMap(([name, given]) =>
    name === given
      ? []
      : [ledger.note("renamed", fleet.agents.find((agent) => agent.name === name)?.line, name, given)],
  );
  const agents = fleet.agents.map((agent) => {
    const wanted = agent.keys["dependsOn"];
    const keys = Array.isArray(wanted)
      ? { ...agent.keys, dependsOn: wanted.map((each) => renamed.get(String(each)) ?? String(each)) }
      : agent.keys;
    return { ...agent, name: renamed.get(agent.name) ?? agent.name, keys };
  });
  return { ...fleet, agents, notes: [...fleet.notes, ...notes] };
}
