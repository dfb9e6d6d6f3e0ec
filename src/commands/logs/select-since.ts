import { linesSince } from "../../logs/lines-since.ts";
import type { LogLine } from "../../logs/log-line.ts";
import type { AgentsFound } from "./agents-of.ts";

/** A selection of the lines of panes that are not older than --since. */
export interface SinceSelection {
  /** `sessions` are the times of the starts of the sessions with these lines, by agent, ms since the epoch. */
  readonly select: (lines: readonly LogLine[], sessions?: ReadonlyMap<string, number>) => readonly LogLine[];
  /** Returns the agents, so far, whose lines are left out because their times are not known. */
  readonly leftOut: () => readonly string[];
}

/** Returns the selection for a time, ms since the epoch; for undefined, one that keeps every line. */
export function selectSince(
  sinceMs: number | undefined,
  { agents, startedMs }: Pick<AgentsFound, "agents" | "startedMs">,
): SinceSelection {
  const leftOut = new Set<string>();
  return {
    leftOut: () => [...leftOut],
    select: (lines, sessions) => {
      if (sinceMs === undefined) return lines;
      return agents.flatMap((agent) => {
        const own = lines.filter((line) => line.agent === agent);
        const since = linesSince(own, sinceMs, {
          startedMs: startedMs.get(agent),
          createdMs: sessions?.get(agent),
        });
        if (since.isUnknown) leftOut.add(agent);
        return since.lines;
      });
    },
  };
}
