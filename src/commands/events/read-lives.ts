import { agentOfUnit, agentUnit, type Layout } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import { unitEntries, type UnitEntry } from "../../drivers/systemd/journal/unit-entries.ts";
import type { LifeEvent } from "../../history/fleet-event.ts";
import { unitEvents, type UnitStates } from "../../history/unit-events.ts";
import { messageIds, type UnitMessage } from "../../history/unit-message.ts";
import type { Exec } from "../../system/exec.ts";

/** The part of the journal to read. */
export interface LivesReading {
  readonly exec: Exec;
  readonly layout: Layout;
  readonly uid: number;
  readonly agents: Iterable<string>;
  /** The most events; undefined for all. */
  readonly tail: number | undefined;
  /** ms since the epoch. */
  readonly sinceMs: number | undefined;
}

/** Events, and the place after them. */
export interface LivesRead {
  readonly events: readonly LifeEvent[];
  readonly states: UnitStates;
  readonly cursor: string | undefined;
}

/** The place up to which a reader has read. */
export type LivesPlace = Pick<LivesRead, "states" | "cursor">;

/** The most messages behind two events, those of a failure and an automatic restart; a few more begin in the middle. */
const messagesPerEvent = 5;
const margin = 50;

/** The messages of one agent during a restart: its stop begins and ends, and it starts. Such a run is one event. */
const messagesPerRun = 3;

/** Returns the events of the units of these agents and of the tmux server, the oldest first: all since a place, or the last ones. */
export async function readLives(
  { exec, layout, uid, agents, tail, sinceMs }: LivesReading,
  place?: LivesPlace,
): Promise<Result<LivesRead>> {
  const { cursor } = place ?? {};
  const units = [layout.holderUnit, ...[...agents].map((agent) => agentUnit(layout, agent))];
  const lines =
    tail === undefined ? undefined : tail * messagesPerEvent + units.length * messagesPerRun + margin;
  const range = cursor === undefined ? { lines, sinceMs } : { cursor };
  const read = await unitEntries(exec, { uid, units, ids: Object.keys(messageIds), ...range });
  if (!read.ok) return read;
  const found = unitEvents(read.value.entries.flatMap(messageOf), place?.states);
  return ok({
    events: found.events.map(({ unit, ...event }) => ({ ...event, agent: agentOfUnit(layout, unit) })),
    states: found.states,
    cursor: read.value.cursor ?? cursor,
  });
}

function messageOf({ unit, id, atMs, boot, fields }: UnitEntry): readonly UnitMessage[] {
  const kind = messageIds[id];
  if (kind === undefined) return [];
  const parsedNumber = (text: string | undefined): number | undefined =>
    text === undefined || !/^\d+$/.test(text) ? undefined : Number(text);
  return [
    {
      unit,
      kind,
      atMs,
      boot,
      jobType: fields.JOB_TYPE,
      jobResult: fields.JOB_RESULT,
      exitCode: fields.EXIT_CODE,
      exitStatus: parsedNumber(fields.EXIT_STATUS),
      command: fields.COMMAND,
      unitResult: fields.UNIT_RESULT,
      restarts: parsedNumber(fields.N_RESTARTS),
    },
  ];
}
