import type { AgentConfig, FleetConfig } from "../config/types.ts";

/** The map `start` of fleet.yaml. */
type StartConfig = NonNullable<FleetConfig["start"]>;

/** Agents that start one after the other: those of a runtime, or of the whole fleet. */
export interface Pace {
  /** The name of the group for the start script: `fleet`, or `runtime-NAME`. */
  readonly group: string;
  /** Number of agents that may start within the interval. */
  readonly parallel: number;
  readonly intervalMs: number;
  readonly jitterMs: number;
  /** Number of agents in a row that end alike before further starts are held; undefined for any number. */
  readonly holdAfter: number | undefined;
}

/** A group in which an agent takes turns, as the executor of a plan needs it. */
export type Turn = Pick<Pace, "group" | "parallel" | "intervalMs">;

const fleetGroup = "fleet";
const runtimePrefix = "runtime-";

/** Returns the groups of an agent, in the order in which it waits for its turn. A service takes no turns. */
export function pacesOf(
  { runtime, service }: Pick<AgentConfig, "runtime" | "service">,
  { start, runtimes }: Pick<FleetConfig, "start" | "runtimes">,
): readonly Pace[] {
  if (service === true) return [];
  const named = runtime !== undefined && Object.hasOwn(runtimes, runtime) ? runtimes[runtime] : undefined;
  return [
    ...(named?.start === undefined ? [] : [paceOf(`${runtimePrefix}${runtime}`, named.start)]),
    ...(start === undefined ? [] : [paceOf(fleetGroup, start)]),
  ];
}

function paceOf(
  group: string,
  { parallel = 1, interval = 1_000, jitter = 0, holdAfter = 5 }: StartConfig,
): Pace {
  return {
    group,
    parallel,
    intervalMs: interval,
    jitterMs: jitter,
    holdAfter: holdAfter === false ? undefined : holdAfter,
  };
}

/** Returns the paces as words for the start script: five for each group, with times in hundredths of a second. */
export function formatPaces(paces: readonly Pace[]): string {
  return paces
    .map(({ group, parallel, intervalMs, jitterMs, holdAfter = 0 }) =>
      [group, parallel, Math.ceil(intervalMs / 10), Math.ceil(jitterMs / 10), holdAfter].join(" "),
    )
    .join(" ");
}

/** Returns the longest wait of an agent for its turn, ms. `sizeOf` returns the number of agents of a group. */
export function longestQueueMs(paces: readonly Pace[], sizeOf: (group: string) => number): number {
  const waits = paces.map(
    ({ group, parallel, intervalMs, jitterMs }) =>
      Math.ceil(sizeOf(group) / parallel) * intervalMs + jitterMs,
  );
  return waits.reduce((sum, ms) => sum + ms, 0);
}

/** Returns the runtime of a group, or undefined for the group of the whole fleet. */
export function runtimeOfGroup(group: string): string | undefined {
  return group.startsWith(runtimePrefix) ? group.slice(runtimePrefix.length) : undefined;
}
