import type { Change } from "../../plan/change.ts";
import type { ChangedEvent, Failure, LookCause, WatchEvent } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { renderDiagnostics } from "../diagnostics.ts";
import { deviationNote } from "../plan/deviation-text.ts";
import { diffText } from "../plan/agents/diff-text.ts";
import type { Variant } from "../variant.ts";
import { visible } from "../terminal/display-text.ts";
import { pollingText } from "../status/polling-text.ts";
import { noteText } from "../plan/note-text.ts";
import { inLineText } from "../plan/plan-text.ts";
import { heldText, refusalText } from "../plan/refusal-text.ts";
import { changePhrase } from "../change-text.ts";
import { holdAfter } from "../plan/agents/hold-text.ts";
import { durationPhrase, exactDuration, killedPhrase, sharedNames } from "../phrases.ts";
import { count } from "../../text/counting.ts";
import { placedLine, shortRef, sourceInForce, troubleLines } from "../source/trouble-text.ts";

/** The severity of an event, in the words of syslog(3). */
export type Level = "info" | "notice" | "warning" | "err";

/** The lines of an event for people. Further lines belong to the first. */
export interface WatchMessage {
  readonly level: Level;
  readonly lines: readonly string[];
}

/** The form of a message: `width` in columns; `number` chooses the words for one agent or for many. */
interface Manner {
  readonly colors: Colors;
  readonly width: number;
  readonly isMany: boolean;
  readonly number: (one: string, many: string) => string;
}

type EventOf<Kind extends WatchEvent["kind"]> = Variant<WatchEvent, "kind", Kind>;

/** The words of each event; undefined for one without news. */
const messages: {
  readonly [Kind in WatchEvent["kind"]]: (event: EventOf<Kind>, manner: Manner) => WatchMessage | undefined;
} = {
  // The watch and its file.
  watching: ({ file, fleet, resyncMs }) =>
    levelMessage(
      "notice",
      `Watching ${visible(file)}, fleet ${fleet}; full reconcile every ${exactDuration(resyncMs)}.`,
    ),
  edited: ({ file, agents }) => levelMessage("info", `${visible(file)} is read: ${count(agents, "agent")}.`),
  "file-rejected": ({ diagnostics, inForce }, { colors, width }) =>
    levelMessage(
      "err",
      ...renderDiagnostics(diagnostics, colors, width),
      inForce
        ? "The fleet follows the last valid version of the file."
        : "Nothing is changed until the file is valid.",
    ),
  "file-accepted": ({ file }) => levelMessage("notice", `${visible(file)} is valid again, unchanged.`),
  "source-placed": (event) => levelMessage("notice", placedLine(event)),
  "source-refused": ({ trouble, inForce }, { colors, width }) =>
    levelMessage("err", ...troubleLines(trouble, colors, width), sourceInForce(inForce)),
  "source-works": ({ ref }) =>
    levelMessage("notice", `Source: ${visible(shortRef(ref))} can be followed again.`),
  paused: () => levelMessage("notice", "Paused: nothing is changed until it resumes."),
  resumed: () => levelMessage("notice", "Resumed."),
  leaving: (event) => levelMessage("notice", `${event.why}: no longer watching. The agents go on.`),

  // Changes that are made.
  "in-line": (_, { colors }) => levelMessage("info", colors.green(inLineText)),
  applying: () => undefined,
  "shared-changed": ({ change }, { colors }) =>
    levelMessage(
      "notice",
      `${colors.yellow("~")} ${sharedNames[change.role]}: ${shownChange(change)}`,
      ...diffText(change, colors, false),
    ),
  changed: (event, { colors, isMany }) =>
    levelMessage(
      "notice",
      changedLine(event, colors, isMany),
      ...event.changes.flatMap((change) => diffText(change, colors, false)),
      ...stopHint(event, colors),
    ),
  applied: (event, { colors }) =>
    levelMessage(event.failed > 0 && !event.wasCut ? "warning" : "info", appliedLine(event, colors)),
  slow: ({ units }) =>
    levelMessage("notice", `Still waiting for ${units.map(visible).join(", ")}; continuing with the rest.`),

  // Changes that are not made, or not yet.
  waiting: ({ plan }, { colors, isMany, number }) => {
    const hold = colors.dim(visible(holdAfter(plan, isMany)));
    const waits = number("waits", "wait");
    return levelMessage(
      "notice",
      `${colors.cyan(".")} ${visible(plan.name)} ${waits}: ${why(plan.changes, isMany)}${hold}`,
    );
  },
  blocked: ({ plan }, { colors, isMany, number }) => {
    const are = number("is", "are");
    return levelMessage(
      "warning",
      `${colors.red("!")} ${visible(plan.name)} ${are} blocked: ${why(plan.changes, isMany)}`,
    );
  },
  refused: ({ refusal }, { colors }) =>
    levelMessage(
      "warning",
      `${colors.red("Refused:")} ${visible(refusalText(refusal))}. ${heldText(refusal)}; everything else continues. If that is meant: fleet apply ${refusal.flag}`,
    ),
  held: (event, { colors, isMany }) =>
    levelMessage("notice", `${colors.cyan(".")} ${visible(event.agent)} ${watchHoldPhrase(event, isMany)}`),

  // News of agents.
  crashed: (event, { colors, isMany, number }) =>
    levelMessage(
      "warning",
      `${failedPhrase(event, colors, isMany)}; systemd restarts ${number("it", "them")}`,
      ...outputLines(event, colors),
    ),
  failed: (event, { colors, isMany }) =>
    levelMessage(
      "err",
      `${failedPhrase(event, colors, isMany)}; ${retryPhrase(event.nextTryMs, isMany)}`,
      ...outputLines(event, colors),
    ),
  recovered: ({ agent }, { colors, number }) =>
    levelMessage("notice", `${colors.green("*")} ${visible(agent)} ${number("runs", "run")} again`),
  completed: ({ agent }, { colors, number }) => {
    const hasDone = number("has done its", "have done their");
    return levelMessage("notice", `${colors.green("*")} ${visible(agent)} ${hasDone} work (exit status 0)`);
  },
  activity: (event, { colors, isMany }) =>
    levelMessage("notice", `${colors.cyan(".")} ${visible(event.agent)} ${activityPhrase(event, isMany)}`),
  "hook-failed": (event, { colors }) =>
    levelMessage(
      "warning",
      `${colors.yellow("!")} ${event.hook} of ${visible(event.agent)} failed: ${visible(event.why)}`,
    ),

  // Notes and problems.
  note: ({ text }, { colors }) => levelMessage("notice", `${colors.cyan("Note:")} ${visible(text)}`),
  "plan-note": ({ note }, { colors }) =>
    levelMessage("notice", `${colors.cyan("Note:")} ${visible(noteText(note))}`),
  polling: (event, { colors }) => levelMessage("notice", ...pollingText(event, colors)),
  "polling-over": () =>
    levelMessage("notice", "The kernel reports all changes again: nothing is polled any more."),
  deviation: ({ deviation }, { colors }) =>
    levelMessage("warning", `${colors.yellow("!")} ${visible(deviationNote(deviation))}`),
  problem: ({ diagnostics }, { colors, width }) =>
    levelMessage("err", ...renderDiagnostics(diagnostics, colors, width)),
  "problem-over": () => levelMessage("notice", "Recovered."),
  "notify-failed": (event, { colors }) =>
    levelMessage(
      "warning",
      `${colors.yellow("!")} No news reaches ${visible(event.receiver)}: ${visible(event.why)}. It is tried again later.`,
    ),
  "notify-works": ({ receiver }) => levelMessage("notice", `News reaches ${visible(receiver)} again.`),
};

/**
 * Returns an event in words; undefined for an event without news. `width` in columns. With `isMany`, the name in it stands
 * for many agents.
 */
export function watchMessage(
  event: WatchEvent,
  colors: Colors,
  width: number,
  isMany = false,
): WatchMessage | undefined {
  const oneOrMany = (one: string, many: string): string => (isMany ? many : one);
  // The key and the event have the same kind, which the compiler cannot see.
  return messages[event.kind](event as never, { colors, width, isMany, number: oneOrMany });
}

function watchHoldPhrase({ action, inMs = 0, ...held }: EventOf<"held">, isMany: boolean): string {
  const time = durationPhrase(Math.ceil(inMs / 1000));
  const will = { remove: "will be removed", stop: "will be stopped", restart: "will be restarted" }[action];
  switch (held.why) {
    case "young":
      return `${will} in ${time}, unless the file has changed by then`;
    case "attached":
      return `${will} when nobody is attached any more; to do it now: fleet apply`;
    case "churn":
      return `${will} in ${time}: ${isMany ? "their" : "its"} envFiles keep changing`;
    case "clock":
      return `${will} in ${time} if ${isMany ? "they stay" : "it stays"} quiet: the clock was set, or the machine has slept`;
  }
}

/** Returns an activity in words, without the name of its agent. */
function activityPhrase({ state, reason }: EventOf<"activity">, isMany: boolean): string {
  const more = reason === undefined ? "" : `: ${visible(reason)}`;
  switch (state) {
    case "waiting":
      return `${isMany ? "wait" : "waits"} for a person${more}`;
    case "limited":
      return `${isMany ? "have" : "has"} reached ${isMany ? "their" : "its"} limit${more}`;
    case "idle":
      return `${isMany ? "are" : "is"} done, and ${isMany ? "take" : "takes"} the next prompt`;
  }
}

function levelMessage(level: Level, ...lines: readonly string[]): WatchMessage {
  return { level, lines };
}

const eventGlyphs = {
  added: ["+", "green"],
  changed: ["~", "yellow"],
  started: ["~", "yellow"],
  stopped: ["~", "yellow"],
  restarted: ["-/+", "magenta"],
  removed: ["-", "red"],
} as const;

function changedLine(
  { agent, action, changes, killedAfterMs }: ChangedEvent,
  colors: Colors,
  isMany: boolean,
): string {
  const [symbol, color] = eventGlyphs[action];
  const reason = action === "added" ? "" : `: ${why(changes, isMany)}`;
  const killed = killedAfterMs === undefined ? "" : ` (${killedPhrase(killedAfterMs)})`;
  return `${colors[color](symbol)} ${visible(agent)} ${action}${killed}${reason}`;
}

function stopHint({ agent, wasStopped }: ChangedEvent, colors: Colors): readonly string[] {
  return wasStopped ? [colors.dim(`  to keep it down: fleet stop --keep-down ${visible(agent)}`)] : [];
}

function why(changes: readonly Change[], isMany: boolean): string {
  return changes.map((change) => shownChange(change, isMany)).join(" and ");
}

function shownChange(change: Change, isMany = false): string {
  return visible(changePhrase(change, isMany));
}

function appliedLine(event: EventOf<"applied">, colors: Colors): string {
  const { causes, done, failed, skipped, wasCut, ms } = event;
  const undone = failed + skipped;
  const rest = undone === 0 ? "" : wasCut ? `, ${undone} under way` : `, ${undone} not done`;
  return colors.dim(`${causeList(causes)}: ${count(done, "action")} done${rest} (${Math.round(ms)} ms)`);
}

const causeNames: Readonly<Record<LookCause, string>> = {
  start: "start",
  edit: "edit",
  drift: "drift",
  due: "timer",
  asked: "asked",
};

function causeList(causes: readonly LookCause[]): string {
  return causes.map((cause) => causeNames[cause]).join(", ");
}

function failedPhrase({ agent, exitStatus }: Failure, colors: Colors, isMany: boolean): string {
  const status = exitStatus === undefined ? "" : ` (exit status ${exitStatus})`;
  return `${colors.red("x")} ${visible(agent)} ${exitStatus === 0 ? (isMany ? "have ended" : "has ended") : "failed"}${status}`;
}

function retryPhrase(ms: number | undefined, isMany: boolean): string {
  if (ms === undefined) return isMany ? "they are left as they are" : "it is left as it is";
  const now = isMany ? "they are started again now" : "it is started again now";
  return ms <= 0 ? now : `next try in ${durationPhrase(Math.ceil(ms / 1000))}`;
}

function outputLines({ lines }: Failure, colors: Colors): readonly string[] {
  return lines.map((line) => `  ${colors.dim("|")} ${visible(line)}`);
}
