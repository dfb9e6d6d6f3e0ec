import type { WatchEvent } from "../../events/watch-events.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import type { Change } from "../../plan/change.ts";
import { noteText } from "../plan/note-text.ts";
import { changeJson, deviationJson, refusalJson } from "../plan/reason-json.ts";
import { suspensionJson } from "../json/suspension-json.ts";

/** Returns one event as an object for a line of `fleet watch --json`. `nowMs` since the epoch. Contents of files stay out of it. */
export function watchJson(event: WatchEvent, nowMs: number): object {
  const { kind, ...rest } = event;
  const name = kind === "plan-note" ? "note" : kind;
  return { formatVersion: "2.0", time: new Date(nowMs).toISOString(), event: name, ...payload(event, rest) };
}

/** Returns a change without lines of files. */
function briefly(change: Change): object {
  return { ...changeJson(change), diff: undefined };
}

function payload(event: WatchEvent, rest: object): object {
  switch (event.kind) {
    case "file-rejected":
    case "problem":
      return { ...rest, diagnostics: event.diagnostics.map(diagnosticToJson) };
    case "waiting":
    case "blocked": {
      const { name, reason, changes, hold, awaiting, atStake, suspended } = event.plan;
      return {
        agent: name,
        reason,
        changes: changes.map(briefly),
        hold,
        awaiting,
        atStake,
        suspended: suspended && suspensionJson(suspended),
      };
    }
    case "shared-changed":
      return briefly(event.change);
    case "deviation":
      return { deviation: deviationJson(event.deviation) };
    case "changed":
      return { ...rest, changes: event.changes.map(briefly) };
    case "plan-note": {
      const { kind, ...data } = event.note;
      return { about: kind, ...data, text: noteText(event.note) };
    }
    case "refused":
      return refusalJson(event.refusal);
    case "completed": {
      const at = event.atMs === undefined ? null : new Date(event.atMs).toISOString();
      return { agent: event.agent, at };
    }
    case "watching":
    case "edited":
    case "file-accepted":
    case "in-line":
    case "applying":
    case "applied":
    case "slow":
    case "held":
    case "note":
    case "polling":
    case "polling-over":
    case "crashed":
    case "failed":
    case "recovered":
    case "problem-over":
    case "paused":
    case "resumed":
    case "leaving":
      return rest;
  }
}
