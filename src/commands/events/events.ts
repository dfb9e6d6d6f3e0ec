import { followEvents } from "./follow-events.ts";
import { readCompletions } from "./read-completions.ts";
import { historyProblem, readHistory } from "./read-history.ts";
import { agentsIn, selectKnown } from "./select-known.ts";
import { readLives, type LivesReading } from "./read-lives.ts";
import { layoutOf } from "../../desired/layout.ts";
import { ok, type Result } from "../../diagnostics/diagnostic.ts";
import type { FleetEvent } from "../../history/fleet-event.ts";
import { mergeEvents, type EventsWanted } from "../../history/merge-events.ts";
import type { RunRecord } from "../../history/run-record.ts";
import { declaredCandidates } from "../../plan/selection/candidates.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { fleetEventLines, withoutParts } from "../../report/events/event-text.ts";
import { eventJson } from "../../report/events/events-json.ts";
import { noEvents, withoutJournal } from "../../report/events/events-remarks.ts";
import type { Output } from "../../report/output.ts";
import { outputColumns } from "../../report/terminal/output-columns.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { sinceTime } from "../logs/since-time.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { EventsFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";

/** Number of events without -n and --since; before the new ones with --follow. */
const usualCounts = { past: 50, following: 10 } as const;

/** Runs `fleet events`: prints what has happened to the agents of a fleet. Changes nothing, and asks neither systemd nor tmux. */
export async function eventsCommand(
  context: Context,
  selection: Selection,
  flags: EventsFlags,
): Promise<ExitCode> {
  waitForReaders();
  const { output } = context;
  const asked = await eventsToRead(context, selection, flags);
  if (!asked.ok) return report(context, asked.diagnostics);
  const { reading, wanted, records } = asked.value;
  const lives = await readLives(reading);
  if (!lives.ok) output.remark(withoutJournal(lives.diagnostics));
  const past = [...(lives.ok ? lives.value.events : []), ...readCompletions(reading.layout, reading.agents)];
  const merged = mergeEvents(records, past, wanted);
  // The last ones of those to show: an apply of many agents starts more than fit.
  const isWhole = output.options.json || output.options.verbose;
  const events = lastOf(isWhole ? merged : withoutParts(merged), asked.value.most);

  const { json, both = false } = output.options;
  const { follow = false, output: form } = flags;
  const isLines = form === "jsonl" || follow;
  if ((both || json) && !isLines) {
    const { fleet } = reading.layout;
    output.json({ formatVersion: "2.0", fleet, journal: lives.ok, events: events.map(eventJson) });
    if (!both) return exitCodes.ok;
  }
  const showSome = (some: readonly FleetEvent[]): void => showEvents(some, output, both && isLines);
  showSome(events);
  if (!follow) {
    const { sinceMs, untilMs, agents } = wanted;
    const isChosen = flags.lines === 0 || [sinceMs, untilMs, agents].some((limit) => limit !== undefined);
    if (events.length === 0) output.remark(noEvents(isChosen));
    return exitCodes.ok;
  }
  const place = lives.ok ? { states: lives.value.states, cursor: lives.value.cursor } : undefined;
  await followEvents({
    reading,
    wanted: { agents: wanted.agents },
    known: records.length,
    place,
    show: showSome,
  });
  return exitCodes.ok;
}

/** The events that a command line asks for. */
interface EventsAsked {
  readonly reading: LivesReading;
  readonly wanted: EventsWanted;
  readonly records: readonly RunRecord[];
  /** The most events; undefined for all. */
  readonly most: number | undefined;
}

/** Reads the fleet and its history, and finds the agents and the time. */
async function eventsToRead(
  context: Context,
  selection: Selection,
  flags: EventsFlags,
): Promise<Result<EventsAsked>> {
  const { exec, machine } = context;
  const config = await readFleet(context);
  if (!config.ok) return config;
  const layout = layoutOf(config.value.name, config.value.tmux.socket, machine);
  const since = await sinceTime(flags.since, exec);
  if (!since.ok) return since;
  const until = await sinceTime(flags.until, exec);
  if (!until.ok) return until;
  const problem = historyProblem(layout);
  if (problem !== undefined) return { ok: false, diagnostics: [problem] };
  const records = readHistory(layout);
  const known = agentsIn(records);
  const selected = await selectKnown(selection, config.value, known);
  if (!selected.ok) return selected;
  const usual = flags.follow === true ? usualCounts.following : usualCounts.past;
  const most = flags.lines ?? (since.value === undefined ? usual : undefined);
  const agents =
    selected.value ?? new Set([...declaredCandidates(config.value, known).labels.keys(), ...known]);
  // The last ones before a time are not the last ones.
  const tail = until.value === undefined ? most : undefined;
  const reading = { exec, layout, uid: machine.uid, agents, tail, sinceMs: since.value };
  const wanted = { agents: selected.value, sinceMs: since.value, untilMs: until.value };
  return ok({ reading, wanted, records, most });
}

/** Prints events: as lines for people or as JSON, or as both. */
function showEvents(some: readonly FleetEvent[], output: Output, isBoth: boolean): void {
  if (some.length === 0) return;
  const { colors, options } = output;
  const form = { colors, columns: outputColumns(), isVerbose: options.verbose };
  const lines = options.json
    ? some.map((event) => JSON.stringify(eventJson(event)))
    : fleetEventLines(some, form);
  output.raw(lines.map((line) => `${line}\n`).join(""));
  if (isBoth) for (const event of some) output.json(eventJson(event));
}

function lastOf<T>(items: readonly T[], most: number | undefined): readonly T[] {
  return most === undefined ? items : items.slice(Math.max(0, items.length - most));
}
