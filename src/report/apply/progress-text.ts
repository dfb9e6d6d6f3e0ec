import { listOf } from "../../text/counting.ts";
import type { Colors } from "../terminal/colors.ts";
import { visible } from "../terminal/display-text.ts";
import { truncateEnd } from "../terminal/fit/truncate.ts";
import type { UnitWait } from "../../observed/types.ts";
import { durationPhrase, waitPhrase } from "../phrases.ts";

/** The state of an apply that goes on. */
export interface Progress {
  readonly does: "start" | "stop" | "restart" | "verify";
  /** Number of agents and services in this step. */
  readonly all: number;
  /** The number of services among them. */
  readonly services?: number | undefined;
  /** Agents that are not done. */
  readonly left: readonly string[];
  /** The steps systemd waits for, by agent, and the time of the reading, ms since the epoch. */
  readonly waits?: { readonly byName: ReadonlyMap<string, UnitWait>; readonly now: number };
  /** Time since the beginning of the apply, ms. */
  readonly ms: number;
}

const progressWords: Readonly<Record<Progress["does"], (things: string) => string>> = {
  start: (things) => `Starting ${things}`,
  stop: (things) => `Stopping ${things}`,
  restart: (things) => `Restarting ${things}`,
  verify: (things) => `${things.charAt(0).toUpperCase()}${things.slice(1)} that are up`,
};

/** From this time on, the agents that are not done are named, ms. */
const slowMs = 2_000;

/** Returns the progress as one line of at most so many columns. */
export function progressLine(
  { does, all, services = 0, left, waits, ms }: Progress,
  columns: number,
  colors: Colors,
): string {
  const named = left.map((name) => {
    const wait = waits?.byName.get(name);
    return wait === undefined || waits === undefined ? name : `${name} (${waitPhrase(wait, waits.now)})`;
  });
  const slow = ms >= slowMs && left.length > 0 ? `, not yet: ${visible(listOf(named, 3))}` : "";
  const things = services === 0 ? "agents" : services === all ? "services" : "agents and services";
  const line = `${progressWords[does](things)}: ${all - left.length} of ${all}, ${durationPhrase(Math.max(1, Math.floor(ms / 1000)))}${slow}`;
  return colors.dim(truncateEnd(line, columns));
}
