import type { WatchEvent } from "../../events/watch-events.ts";
import { diagnosticToJson } from "../diagnostics.ts";
import { suspensionJson } from "../suspension-json.ts";

/** One event as an object for a line of `fleet watch --json`. `nowMs` since the epoch. Contents of files stay out of it. */
export function watchJson(event: WatchEvent, nowMs: number): object {
  const { kind, ...rest } = event;
  return { formatVersion: "1.0", time: new Date(nowMs).toISOString(), event: kind, ...payload(event, rest) };
}

function payload(event: WatchEvent, rest: object): object {
  switch (event.kind) {
    case "file-rejected":
    case "problem":
      return { ...rest, diagnostics: event.diagnostics.map(diagnosticToJson) };
    case "waiting":
    case "blocked": {
      const { name, reason, detail, hold, awaiting, atStake, suspended } = event.plan;
      return {
        agent: name,
        reason,
        detail,
        hold,
        awaiting,
        atStake,
        suspended: suspended && suspensionJson(suspended),
      };
    }
    case "shared-changed": {
      const { role, path, reason, detail } = event.change;
      return { role, path, reason, detail };
    }
    case "changed":
      return { ...rest, changes: event.changes.map(({ reason, detail }) => ({ reason, detail })) };
    case "refused":
      return event.refusal;
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
    case "deviation":
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
