import type { FleetEvent, LifeEvent } from "../../history/fleet-event.ts";
import { joinAlike, rangesOf } from "../alike.ts";
import { naturally } from "../../text/natural-order.ts";
import type { Colors } from "../terminal/colors.ts";
import { fold } from "../terminal/fit/fold.ts";
import { visible } from "../terminal/display-text.ts";
import { lifePhrase, lifeTone } from "./life-text.ts";
import { runLines } from "./run-text.ts";

/** The form of events as text. */
export interface EventForm {
  readonly colors: Colors;
  /** Columns of the terminal. */
  readonly columns: number;
  /** True to show each start and stop of a run, too. */
  readonly isVerbose: boolean;
}

/** The longest time between two equal events of different agents that share a line, ms. */
const togetherMs = 2_000;

/**
 * Returns events in words, the oldest first. Equal events of many agents that follow each other closely share a line: the
 * end of a tmux server is three lines, and not two for each agent.
 */
export function fleetEventLines(events: readonly FleetEvent[], form: EventForm): readonly string[] {
  const shown = form.isVerbose ? events : withoutParts(events);
  const lines: string[] = [];
  let together: LifeEvent[] = [];
  const flushLife = (): void => {
    lines.push(...lifeLines(together, form));
    together = [];
  };
  for (const event of shown) {
    const last = together.at(-1);
    if (last !== undefined && (event.kind === "run" || event.atMs - last.atMs > togetherMs)) flushLife();
    if (event.kind === "run") lines.push(...timedLines(event.atMs, runLines(event.run, form.colors), form));
    else together.push(event);
  }
  flushLife();
  return lines;
}

/** Returns the events without the starts and stops of a run, which its own lines tell. */
export function withoutParts(events: readonly FleetEvent[]): readonly FleetEvent[] {
  return events.filter((event) => event.kind === "run" || event.during === undefined);
}

/** The name of the tmux server in sentences. No agent can have it. */
const server = "tmux server";

function lifeLines(events: readonly LifeEvent[], form: EventForm): readonly string[] {
  const groups = joinAlike(
    events,
    ({ agent = server }) => agent,
    (event) => `${event.kind} ${lifePhrase(event, true)}`,
  );
  return groups.flatMap(({ first, names }) => {
    const isMany = names.length > 1;
    const name = isMany ? rangesOf(naturally(names)) : (names[0] ?? "");
    const [glyph, color] = lifeTone(first);
    return timedLines(
      first.atMs,
      [`${form.colors[color](glyph)} ${visible(name)} ${lifePhrase(first, isMany)}`],
      form,
    );
  });
}

/** Returns lines with the time before the first one, and as many spaces before the others. */
function timedLines(
  atMs: number,
  [first = "", ...more]: readonly string[],
  form: EventForm,
): readonly string[] {
  const time = localSecond(atMs);
  const indent = " ".repeat(time.length + 2);
  const width = Math.max(20, form.columns - indent.length);
  return [first, ...more].flatMap((line, index) =>
    fold(line, width).map((part, place) =>
      index === 0 && place === 0 ? `${form.colors.dim(time)}  ${part}` : `${indent}${part}`,
    ),
  );
}

/** Returns `2026-11-23 18:00:05`, in the time zone of this machine. */
function localSecond(ms: number): string {
  const local = new Date(ms - new Date(ms).getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace("T", " ");
}

/** Returns an event as one sentence without its time. */
export function eventSentence(event: FleetEvent, colors: Colors): string {
  if (event.kind !== "run") return `${event.agent ?? server} ${lifePhrase(event, false)}`;
  return runLines(event.run, colors)[0] ?? "";
}
