import type { FleetEvent, LifeEvent, RunEvent } from "../../history/fleet-event.ts";
import { reasonJson } from "../plan/reason-json.ts";
import { plainColors } from "../terminal/colors.ts";
import { eventSentence } from "./event-text.ts";
import type { EventJson, RunEventJson } from "./events-output.ts";

/** Returns an event as its documented JSON object. */
export function eventJson(event: FleetEvent): EventJson {
  return event.kind === "run" ? runJson(event) : lifeJson(event);
}

/** Returns the event of a run as its documented JSON object. */
export function runJson(event: RunEvent): RunEventJson {
  const { run } = event;
  const { time, command, causes = null, by, version, file, digest, revision, summary, exitCode } = run;
  return {
    time,
    kind: "run",
    message: eventSentence(event, plainColors),
    command,
    causes,
    by,
    version,
    file,
    digest,
    revision,
    summary,
    steps: run.steps.map((step) => ({ ...step, reasons: step.reasons.map(reasonJson) })),
    shared: run.shared.map((step) => ({ ...step, reason: reasonJson(step.reason) })),
    exitCode,
    interruptedBy: run.interruptedBy ?? null,
    durationMs: run.ms,
  };
}

function lifeJson(event: LifeEvent): EventJson {
  const base = {
    time: new Date(event.atMs).toISOString(),
    message: eventSentence(event, plainColors),
    agent: event.agent ?? null,
    during: event.during ?? null,
  };
  switch (event.kind) {
    case "started":
      return {
        ...base,
        kind: event.kind,
        how: event.how,
        restarts: event.restarts ?? null,
        after: event.after ?? null,
      };
    case "stopped":
    case "ended":
      return { ...base, kind: event.kind, end: event.end };
    case "memory-kill":
      return { ...base, kind: event.kind };
    case "start-failed":
      return { ...base, kind: event.kind, result: event.result };
  }
}
