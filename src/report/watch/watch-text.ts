import type { Change } from "../../plan/change.ts";
import type { LookCause } from "../../events/watch-events.ts";
import type { Failure, ChangedEvent, WatchEvent } from "../../events/watch-events.ts";
import type { Colors } from "../terminal/colors.ts";
import { renderDiagnostics } from "../diagnostics.ts";
import { deviationNote } from "../plan/deviation-text.ts";
import { diffText } from "../plan/agents/diff-text.ts";
import { visible } from "../terminal/display-text.ts";
import { pollingText } from "../status/polling-text.ts";
import { noteText } from "../plan/note-text.ts";
import { heldText, refusalText } from "../plan/refusal-text.ts";
import { changePhrase } from "../change-text.ts";
import { durationPhrase, holdAfter, killedPhrase, sharedNames } from "../phrases.ts";
import { count } from "../../text/counting.ts";
import { placedLine, shortRef, sourceInForce, troubleLines } from "../source/trouble-text.ts";

/** The severity of an event, in the words of syslog(3). */
export type Level = "info" | "notice" | "warning" | "err";

/** The lines of an event for people. Further lines belong to the first. */
export interface WatchMessage {
  readonly level: Level;
  readonly lines: readonly string[];
}

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
  const number = (one: string, many: string): string => (isMany ? many : one);
  switch (event.kind) {
    case "watching":
      return say(
        "notice",
        `Watching ${visible(event.file)}, fleet ${event.fleet}; full reconcile every ${durationPhrase(event.resyncMs / 1000)}.`,
      );
    case "edited":
      return say("info", `${visible(event.file)} is read: ${count(event.agents, "agent")}.`);
    case "file-rejected": {
      const inForce = event.inForce
        ? "The fleet follows the last valid version of the file."
        : "Nothing is changed until the file is valid.";
      return say("err", ...renderDiagnostics(event.diagnostics, colors, width), inForce);
    }
    case "file-accepted":
      return say("notice", `${visible(event.file)} is valid again, unchanged.`);
    case "in-line":
      return say("info", colors.green("No changes. The fleet matches fleet.yaml."));
    case "applying":
      return undefined;
    case "shared-changed":
      return say(
        "notice",
        `${colors.yellow("~")} ${sharedNames[event.change.role]}: ${phrase(event.change)}`,
        ...diffText(event.change, colors, false),
      );
    case "changed":
      return say(
        "notice",
        changedLine(event, colors, isMany),
        ...event.changes.flatMap((change) => diffText(change, colors, false)),
        ...stopHint(event, colors),
      );
    case "applied":
      return say(event.failed > 0 && !event.wasCut ? "warning" : "info", appliedLine(event, colors));
    case "slow":
      return say(
        "notice",
        `Still waiting for ${event.units.map(visible).join(", ")}; continuing with the rest.`,
      );
    case "waiting": {
      const { plan } = event;
      const hold = colors.dim(visible(holdAfter(plan, isMany)));
      return say(
        "notice",
        `${colors.cyan(".")} ${visible(plan.name)} ${number("waits", "wait")}: ${why(plan.changes, isMany)}${hold}`,
      );
    }
    case "blocked":
      return say(
        "warning",
        `${colors.red("!")} ${visible(event.plan.name)} ${number("is", "are")} blocked: ${why(event.plan.changes, isMany)}`,
      );
    case "refused":
      return say(
        "warning",
        `${colors.red("Refused:")} ${visible(refusalText(event.refusal))}. ${heldText(event.refusal)}; everything else continues. If that is meant: fleet apply ${event.refusal.flag}`,
      );
    case "held":
      return say("notice", `${colors.cyan(".")} ${visible(event.agent)} ${heldPhrase(event, isMany)}`);
    case "note":
      return say("notice", `${colors.cyan("Note:")} ${visible(event.text)}`);
    case "plan-note":
      return say("notice", `${colors.cyan("Note:")} ${visible(noteText(event.note))}`);
    case "polling":
      return say("notice", ...pollingText(event, colors));
    case "polling-over":
      return say("notice", "The kernel reports all changes again: nothing is polled any more.");
    case "deviation":
      return say("warning", `${colors.yellow("!")} ${visible(deviationNote(event.deviation))}`);
    case "crashed":
      return say(
        "warning",
        `${failure(event, colors, isMany)}; systemd restarts ${number("it", "them")}`,
        ...outputLines(event, colors),
      );
    case "failed":
      return say(
        "err",
        `${failure(event, colors, isMany)}; ${nextTry(event.nextTryMs, isMany)}`,
        ...outputLines(event, colors),
      );
    case "recovered":
      return say("notice", `${colors.green("*")} ${visible(event.agent)} ${number("runs", "run")} again`);
    case "completed":
      return say(
        "notice",
        `${colors.green("*")} ${visible(event.agent)} ${number("has done its", "have done their")} work (exit status 0)`,
      );
    case "problem":
      return say("err", ...renderDiagnostics(event.diagnostics, colors, width));
    case "problem-over":
      return say("notice", "Recovered.");
    case "notify-failed":
      return say(
        "warning",
        `${colors.yellow("!")} No news reaches ${visible(event.receiver)}: ${visible(event.why)}. It is tried again later.`,
      );
    case "notify-works":
      return say("notice", `News reaches ${visible(event.receiver)} again.`);
    case "activity":
      return say("notice", `${colors.cyan(".")} ${visible(event.agent)} ${activityPhrase(event, isMany)}`);
    case "hook-failed":
      return say(
        "warning",
        `${colors.yellow("!")} ${event.hook} of ${visible(event.agent)} failed: ${visible(event.why)}`,
      );
    case "source-placed":
      return say("notice", placedLine(event));
    case "source-refused":
      return say("err", ...troubleLines(event.trouble, colors, width), sourceInForce(event.inForce));
    case "source-works":
      return say("notice", `Source: ${visible(shortRef(event.ref))} can be followed again.`);
    case "paused":
      return say("notice", "Paused: nothing is changed until it resumes.");
    case "resumed":
      return say("notice", "Resumed.");
    case "leaving":
      return say("notice", `${event.why}: no longer watching. The agents go on.`);
  }
}

function heldPhrase(
  { action, inMs = 0, ...held }: Extract<WatchEvent, { kind: "held" }>,
  isMany: boolean,
): string {
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
function activityPhrase(
  { state, reason }: Extract<WatchEvent, { kind: "activity" }>,
  isMany: boolean,
): string {
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

function say(level: Level, ...lines: readonly string[]): WatchMessage {
  return { level, lines };
}

const glyphs = {
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
  const [symbol, color] = glyphs[action];
  const reason = action === "added" ? "" : `: ${why(changes, isMany)}`;
  const killed = killedAfterMs === undefined ? "" : ` (${killedPhrase(killedAfterMs)})`;
  return `${colors[color](symbol)} ${visible(agent)} ${action}${killed}${reason}`;
}

function stopHint({ agent, wasStopped }: ChangedEvent, colors: Colors): readonly string[] {
  return wasStopped ? [colors.dim(`  to keep it down: fleet stop --keep-down ${visible(agent)}`)] : [];
}

function why(changes: readonly Change[], isMany: boolean): string {
  return changes.map((change) => phrase(change, isMany)).join(" and ");
}

function phrase(change: Change, isMany = false): string {
  return visible(changePhrase(change, isMany));
}

function appliedLine(event: Extract<WatchEvent, { kind: "applied" }>, colors: Colors): string {
  const { causes, done, failed, skipped, wasCut, ms } = event;
  const undone = failed + skipped;
  const rest = undone === 0 ? "" : wasCut ? `, ${undone} under way` : `, ${undone} not done`;
  return colors.dim(`${causePhrase(causes)}: ${count(done, "action")} done${rest} (${Math.round(ms)} ms)`);
}

const causeNames: Readonly<Record<LookCause, string>> = {
  start: "start",
  edit: "edit",
  drift: "drift",
  due: "timer",
  asked: "asked",
};

function causePhrase(causes: readonly LookCause[]): string {
  return causes.map((cause) => causeNames[cause]).join(", ");
}

function failure({ agent, exitStatus }: Failure, colors: Colors, isMany: boolean): string {
  const status = exitStatus === undefined ? "" : ` (exit status ${exitStatus})`;
  return `${colors.red("x")} ${visible(agent)} ${exitStatus === 0 ? (isMany ? "have ended" : "has ended") : "failed"}${status}`;
}

function nextTry(ms: number | undefined, isMany: boolean): string {
  if (ms === undefined) return isMany ? "they are left as they are" : "it is left as it is";
  const now = isMany ? "they are started again now" : "it is started again now";
  return ms <= 0 ? now : `next try in ${durationPhrase(Math.ceil(ms / 1000))}`;
}

function outputLines({ lines }: Failure, colors: Colors): readonly string[] {
  return lines.map((line) => `  ${colors.dim("|")} ${visible(line)}`);
}
