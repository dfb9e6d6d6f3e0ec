import { hostOf, loadFleet } from "../config/file/load.ts";
import type { Machine } from "../machine/machine.ts";
import type { KnownSource } from "./read-source.ts";

/** An agent that has to end on another host before it starts here. */
interface WaitingAgent {
  readonly agent: string;
  readonly from: string;
  readonly why: "move" | "held";
}

/** Returns the agents that wait here, by the files in place; undefined if those cannot be read. */
export async function waitingAgents(
  { placed, paths, settings }: KnownSource,
  { home, configHome }: Machine,
): Promise<readonly WaitingAgent[] | undefined> {
  if (placed === undefined) return [];
  const loaded = await loadFleet({ path: paths.fleetFile, host: settings.host, home, configHome });
  if (!loaded.ok) return undefined;
  const { config, declared } = loaded.value;
  const here = hostOf(config)?.name;
  const { moves = {}, held = [] } = declared.places ?? {};
  return Object.entries(moves).flatMap(([agent, { from, to }]) =>
    to === here ? [{ agent, from, why: held.includes(agent) ? ("held" as const) : ("move" as const) }] : [],
  );
}
