import { agentUnit, type Layout } from "../../desired/layout.ts";
import { journalEntries } from "../../drivers/systemd/journal/journal-entries.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { LogLine } from "../../logs/log-line.ts";
import type { Exec } from "../../system/exec.ts";

/** The part of the units' messages to read. */
export interface UnitReading {
  readonly exec: Exec;
  readonly layout: Layout;
  readonly agents: readonly string[];
  /** The most lines of each agent; undefined for all. */
  readonly tail: number | undefined;
  /** The same for some agents with a number of their own. */
  readonly tails?: ReadonlyMap<string, number | undefined>;
  /** ms since the epoch. */
  readonly sinceMs: number | undefined;
}

/** Lines of units, and the place after them in the journal. */
export interface UnitsRead {
  readonly lines: readonly LogLine[];
  readonly cursor: string | undefined;
}

/** Returns the messages of the units, the oldest first: from a place in the journal on, or the last ones. */
export async function readUnits(
  { exec, layout, agents, tail, tails = new Map(), sinceMs }: UnitReading,
  cursor: string | undefined,
): Promise<Result<UnitsRead>> {
  const names = new Map(agents.map((agent) => [agentUnit(layout, agent), agent]));
  const tailOf = (agent: string): number => (tails.has(agent) ? tails.get(agent) : tail) ?? Infinity;
  const most = agents.reduce((sum, agent) => sum + tailOf(agent), 0);
  const lines = cursor === undefined && sinceMs === undefined && most !== Infinity ? most : undefined;
  const wanted = cursor === undefined ? { lines, sinceMs } : { cursor };
  const read = await journalEntries(exec, [...names.keys()], wanted);
  if (!read.ok) return read;
  const all = read.value.entries.map(({ unit, text, atMs }) => ({
    agent: names.get(unit) ?? unit,
    source: "unit" as const,
    text,
    atMs,
  }));
  return ok({
    lines: cursor === undefined ? tailOfEach(all, tailOf) : all,
    cursor: read.value.cursor ?? cursor,
  });
}

function tailOfEach(lines: readonly LogLine[], tailOf: (agent: string) => number): readonly LogLine[] {
  const left = new Map<string, number>();
  return lines
    .toReversed()
    .filter(({ agent }) => {
      const count = (left.get(agent) ?? 0) + 1;
      left.set(agent, count);
      return count <= tailOf(agent);
    })
    .toReversed();
}
