import type { HostResult } from "../../hosts/host-result.ts";
import { hostValueOf, problemsOf } from "../../hosts/host-result.ts";
import type { UiAgent, UiHost } from "../../ui/protocol.ts";
import { hostTrouble, type WayWords } from "../hosts/host-lines.ts";
import { uiProblem } from "./fleet-rows.ts";

/** The answer of another machine about its agents: rows of the page, and the time there, ms since the epoch. */
export interface HostRows {
  readonly now: number;
  readonly agents: readonly UiAgent[];
}

/** The last known state of another machine. */
export interface SeenHost {
  readonly host: UiHost;
  readonly agents: readonly UiAgent[];
}

/** The difference of two clocks from which on times are shifted, ms: below it, most of it is the way of the answer. */
const driftMs = 5_000;
/** The difference of two readings of one time, which is no news, ms. */
const clockBlurMs = 2_000;

/** Returns a machine after its answer, or after the lack of one: then its last agents stay. `way` is the way to it. */
export function seenHostAfter(before: SeenHost, result: HostResult, now: number, way: WayWords): SeenHost {
  const rows = result.end.name === "done" && result.end.code === 0 ? hostValueOf(result) : undefined;
  if (rows !== undefined) {
    const { name } = before.host;
    return {
      host: { name, state: "reached", seenAt: now, problem: null },
      agents: rowsOf(rows as HostRows, name, now, before.agents),
    };
  }
  const problem = hostTrouble(result, way) ?? problemsOf(result).find(isError);
  return {
    ...before,
    host: {
      ...before.host,
      state: "unreachable",
      problem: problem === undefined ? null : uiProblem(problem),
    },
  };
}

function isError({ severity }: ReturnType<typeof problemsOf>[number]): boolean {
  return severity === "error";
}

/** Returns rows with names that are unique on the page, and with times of this machine. */
function rowsOf(
  { agents, now: there }: HostRows,
  host: string,
  now: number,
  before: readonly UiAgent[],
): readonly UiAgent[] {
  const shift = Math.abs(now - there) > driftMs ? now - there : 0;
  const known = new Map(before.map((agent) => [agent.name, agent]));
  return agents.map((agent) => {
    const name = `${host}/${agent.name}`;
    const last = known.get(name);
    const moved = (at: number | null, lastAt: number | null | undefined): number | null =>
      at === null ? null : steady(at + shift, lastAt);
    const { activity } = agent;
    return {
      ...agent,
      name,
      host,
      since: moved(agent.since, last?.since),
      quietSince: moved(agent.quietSince, last?.quietSince),
      activity: activity && {
        ...activity,
        since: steady(activity.since + shift, last?.activity?.since),
      },
    };
  });
}

function steady(at: number, before: number | null | undefined): number {
  return typeof before === "number" && Math.abs(at - before) <= clockBlurMs ? before : at;
}
