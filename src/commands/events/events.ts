import { followEvents } from "./follow-events.ts";
import { readCompletions } from "./read-completions.ts";
import { readHistory } from "./read-history.ts";
import { agentsIn, selectKnown } from "./select-known.ts";
import { readLives, type LivesReading } from "./read-lives.ts";
import { layoutOf } from "../../desired/layout.ts";
import type { FleetEvent } from "../../history/fleet-event.ts";
import { mergeEvents } from "../../history/merge-events.ts";
import { declaredCandidates } from "../../plan/selection/candidates.ts";
import type { Selection } from "../../plan/selection/selection.ts";
import { fleetEventLines, withoutParts } from "../../report/events/event-text.ts";
import { eventJson } from "../../report/events/events-json.ts";
import { noEvents, withoutJournal } from "../../report/events/events-remarks.ts";
import { outputColumns } from "../../report/terminal/output-columns.ts";
import { waitForReaders } from "../../report/terminal/print.ts";
import { sinceTime } from "../logs/since-time.ts";
import { report, type Context } from "../shared/context.ts";
import { exitCodes, type ExitCode } from "../shared/exit-codes.ts";
import type { EventsFlags } from "../shared/flags.ts";
import { readFleet } from "../shared/read-fleet.ts";

/** Number of events without -n and --since; before the new ones with --follow. */
const defaults = { past: 50, following: 10 } as const;

/** Runs `fleet events`: prints what has happened to the agents of a fleet. Changes nothing, and asks neither systemd nor tmux. */
export async function eventsCommand(
  context: Context,
  selection: Selection,
  flags: EventsFlags,
): Promise<ExitCode> {
  waitForReaders();
  const { exec, machine, output } = context;
  const config = await readFleet(context);
  if (!config.ok) return report(context, config.diagnostics);
  const layout = layoutOf(config.value.name, config.value.tmux.socket, machine);
  const since = await sinceTime(flags.since, exec);
  if (!since.ok) return report(context, since.diagnostics);
  const until = await sinceTime(flags.until, exec);
  if (!until.ok) return report(context, until.diagnostics);
  const records = readHistory(layout);
  const known = agentsIn(records);
  const selected = await selectKnown(selection, config.value, known);
  if (!selected.ok) return report(context, selected.diagnostics);

  const { follow = false, output: form } = flags;
  const most =
    flags.lines ?? (since.value === undefined ? (follow ? defaults.following : defaults.past) : undefined);
  const agents =
    selected.value ?? new Set([...declaredCandidates(config.value, known).labels.keys(), ...known]);
  const reading: LivesReading = {
    exec,
    layout,
    uid: machine.uid,
    agents,
    // The last ones before a time are not the last ones.
    tail: until.value === undefined ? most : undefined,
    sinceMs: since.value,
  };
  const lives = await readLives(reading);
  if (!lives.ok) output.remark(withoutJournal(lives.diagnostics));
  const past = [...(lives.ok ? lives.value.events : []), ...readCompletions(layout, agents)];
  const wanted = { agents: selected.value, sinceMs: since.value, untilMs: until.value };
  const merged = mergeEvents(records, past, wanted);
  // The last ones of those to show: an apply of many agents starts more than fit.
  const isWhole = output.options.json || output.options.verbose;
  const events = lastOf(isWhole ? merged : withoutParts(merged), most);

  const { json, both = false } = output.options;
  const isLines = form === "jsonl" || follow;
  const showEvents = (some: readonly FleetEvent[]): void => {
    if (some.length === 0) return;
    const lines = output.options.json
      ? some.map((event) => JSON.stringify(eventJson(event)))
      : fleetEventLines(some, {
          colors: output.colors,
          columns: outputColumns(),
          isVerbose: output.options.verbose,
        });
    output.raw(lines.map((line) => `${line}\n`).join(""));
    if (both && isLines) for (const event of some) output.json(eventJson(event));
  };
  if ((both || json) && !isLines) {
    output.json({
      formatVersion: "2.0",
      fleet: layout.fleet,
      journal: lives.ok,
      events: events.map(eventJson),
    });
    if (!both) return exitCodes.ok;
  }
  showEvents(events);
  if (!follow) {
    if (events.length === 0)
      output.remark(noEvents(since.value !== undefined || selected.value !== undefined));
    return exitCodes.ok;
  }
  const place = lives.ok ? { states: lives.value.states, cursor: lives.value.cursor } : undefined;
  await followEvents({
    reading,
    wanted: { agents: selected.value },
    known: records.length,
    place,
    show: showEvents,
  });
  return exitCodes.ok;
}

function lastOf<T>(items: readonly T[], most: number | undefined): readonly T[] {
  return most === undefined ? items : items.slice(Math.max(0, items.length - most));
}
