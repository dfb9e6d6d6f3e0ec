import type { WatchEvent } from "../../events/watch-events.ts";
import type { PendingAgent } from "../../plan/agent-plan.ts";
import type { Note } from "../../plan/note.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { deviationJson, reasonJson, refusalJson } from "../plan/reason-json.ts";
import { suspensionJson } from "../json/suspension-json.ts";
import { troubleJson } from "../source/trouble-json.ts";
import { noteText } from "../plan/note-text.ts";
import type { PlainEvent, Renamed, WatchWaitJson, WatchEventJson, WatchLine } from "./watch-output.ts";

/** Returns one event as an object for a line of `fleet watch --json`. `nowMs` since the epoch. Contents of files stay out of it. */
export function watchJson(event: WatchEvent, nowMs: number): WatchLine {
  return { formatVersion: "2.0", time: new Date(nowMs).toISOString(), ...watchEventJson(event) };
}

function watchEventJson(event: WatchEvent): WatchEventJson {
  switch (event.kind) {
    case "file-rejected": {
      const { file, inForce } = event;
      return { event: event.kind, file, diagnostics: event.diagnostics.map(diagnosticToJson), inForce };
    }
    case "problem":
      return { event: event.kind, diagnostics: event.diagnostics.map(diagnosticToJson) };
    case "waiting": {
      const { name, changes } = event.plan;
      return {
        event: event.kind,
        agent: name,
        changes: changes.map(reasonJson),
        ...pendingJson(event.plan),
      };
    }
    case "blocked": {
      const { name, reason, changes, atStake, suspended } = event.plan;
      return {
        event: event.kind,
        agent: name,
        reason,
        changes: changes.map(reasonJson),
        atStake,
        suspended: suspended && suspensionJson(suspended),
      };
    }
    case "shared-changed": {
      const { path, role } = event.change;
      return { event: event.kind, ...reasonJson(event.change), path, role };
    }
    case "deviation":
      return { event: event.kind, deviation: deviationJson(event.deviation) };
    case "changed": {
      const { kind, ...rest } = event;
      return { event: kind, ...rest, changes: event.changes.map(reasonJson) };
    }
    case "source-refused":
      return { event: event.kind, trouble: troubleJson(event.trouble), inForce: event.inForce };
    case "note":
      return { event: event.kind, text: event.text };
    case "plan-note":
      return noteEventJson(event.note);
    case "refused":
      return { event: event.kind, ...refusalJson(event.refusal) };
    case "completed": {
      const at = event.atMs === undefined ? null : new Date(event.atMs).toISOString();
      return { event: event.kind, agent: event.agent, at };
    }
    case "activity": {
      const { kind, agent, state, reason = null, sinceMs, source } = event;
      return { event: kind, agent, state, reason, since: new Date(sinceMs).toISOString(), source };
    }
    case "source-placed":
    case "source-works":
    case "watching":
    case "edited":
    case "file-accepted":
    case "in-line":
    case "applying":
    case "applied":
    case "slow":
    case "held":
    case "polling":
    case "polling-over":
    case "notify-failed":
    case "notify-works":
    case "hook-failed":
    case "crashed":
    case "failed":
    case "recovered":
    case "problem-over":
    case "paused":
    case "resumed":
    case "leaving":
      return plainJson(event);
  }
}

function pendingJson(plan: PendingAgent): WatchWaitJson {
  const { reason, atStake } = plan;
  if (plan.hold === "suspended") {
    return { reason, hold: plan.hold, atStake, suspended: suspensionJson(plan.suspended) };
  }
  const { hold, awaiting, suspended } = plan;
  return { reason, hold, awaiting, atStake, suspended: suspended && suspensionJson(suspended) };
}

function plainJson({ kind, ...data }: PlainEvent): Renamed<PlainEvent, "kind", "event"> {
  // The compiler forgets that a kind and its data belong together.
  return { event: kind, ...data } as Renamed<PlainEvent, "kind", "event">;
}

function noteEventJson(note: Note): WatchEventJson {
  const text = noteText(note);
  if (note.kind === "hindrance") {
    const { kind, ...data } = note;
    return { event: "note", about: kind, ...data, change: reasonJson(note.change), text };
  }
  const { kind, ...data } = note;
  return { event: "note", text, about: kind, ...data };
}
