import { setTimeout as sleep } from "node:timers/promises";
import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import { listJobs } from "../../drivers/systemd/list-jobs.ts";
import { listUnits, type ListedUnit } from "../../drivers/systemd/list-units.ts";
import { listPanes } from "../../drivers/tmux/list-panes.ts";
import type { CallAction } from "../../plan/types.ts";
import { isUp, unitPhase } from "../../plan/view/unit-phase.ts";
import type { Target } from "../target.ts";
import { waitLimit } from "./perform-call.ts";
import { startTimes, type StartTimes } from "../turns/starts.ts";

/** The result of an action after a failed call. */
export type FailureOutcome = "done" | "not-done" | "unknown";

interface Inspection extends Target {
  /** As it was before the call. */
  readonly before: StartTimes;
  /** Ends the inspection at once. */
  readonly now: AbortSignal;
}

/**
 * Finds the results of actions after a failed call: a systemctl that lost its connection, was killed or did
 * not answer in time does not report the jobs it had requested. If jobs continue without it, waits for them
 * as long as for the call.
 */
export async function outcomeAfterFailure(
  actions: readonly CallAction[],
  why: readonly Diagnostic[],
  look: Inspection,
): Promise<ReadonlyMap<CallAction, FailureOutcome>> {
  switch (actions[0]?.kind) {
    case "stop":
    case "start":
    case "restart": {
      const hasWaited = why.some(({ code }) => code === "command-timeout");
      return unitVerdicts(actions, look, hasWaited ? 0 : waitLimit(actions));
    }
    case "kill-session":
      return sessionVerdicts(actions, look);
    case "windows":
      return windowVerdicts(actions, look);
    case "daemon-reload":
    case "reset-failed":
    case "tag":
    case "log":
    case "recreate-socket":
    case undefined:
      // The machine does not show it; a repetition costs nothing.
      return new Map(actions.map((action) => [action, "not-done"]));
  }
}

/** The manager may be on its way back, ms. */
const graceMs = 5_000;
const firstPauseMs = 50;
const longestPauseMs = 2_000;

async function unitVerdicts(
  actions: readonly CallAction[],
  look: Inspection,
  limitMs: number,
): Promise<ReadonlyMap<CallAction, FailureOutcome>> {
  const began = performance.now();
  let verdicts = new Map<CallAction, FailureOutcome | "moving">();
  for (let pause = firstPauseMs; !look.now.aborted; pause = Math.min(pause * 1.5, longestPauseMs)) {
    const seen = await readUnitsAndJobs(actions, look);
    const after = startTimes(actions, look.layout);
    verdicts = new Map(
      seen === undefined ? [] : actions.map((action) => [action, verdictOf(action, seen, look, after)]),
    );
    const patienceMs = seen === undefined ? Math.min(limitMs, graceMs) : limitMs;
    const settled = seen !== undefined && ![...verdicts.values()].includes("moving");
    if (settled || performance.now() - began + pause > patienceMs) break;
    await sleep(pause, undefined, { signal: look.now }).catch(() => undefined);
  }
  return new Map(
    [...verdicts].map(([action, verdict]) => [action, verdict === "moving" ? "unknown" : verdict]),
  );
}

interface UnitsAndJobs {
  readonly units: ReadonlyMap<string, ListedUnit>;
  readonly jobs: ReadonlySet<string>;
}

async function readUnitsAndJobs(
  actions: readonly CallAction[],
  { layout, exec }: Inspection,
): Promise<UnitsAndJobs | undefined> {
  // The jobs first: if one ends in between, the units show it.
  const jobs = await listJobs(exec);
  if (!jobs.ok) return undefined;
  const agents = layout.templateUnit.replace("@.", "@*.");
  const others = actions
    .filter(({ agent, target }) => agent === undefined || target.endsWith(".timer"))
    .map(({ target }) => target);
  const units = await listUnits(exec, [...new Set([layout.holderUnit, agents, ...others])]);
  if (!units.ok) return undefined;
  return { jobs: jobs.value, units: new Map(units.value.map((unit) => [unit.name, unit])) };
}

function verdictOf(
  { kind, target, agent }: CallAction,
  { units, jobs }: UnitsAndJobs,
  { before }: Inspection,
  after: StartTimes,
): FailureOutcome | "moving" {
  const phase = unitPhase(units.get(target));
  if (jobs.has(target) || phase === "starting" || phase === "stopping") return "moving";
  if (kind === "stop") return isUp(phase) ? "not-done" : "done";
  // It was started, and failed later: the verification finds the reason.
  if (phase === "failed" || phase === "restarting") return "done";
  // Its command may also have ended with success, which leaves no trace in the unit.
  if (phase !== "running") return "unknown";
  if (kind === "start" || agent === undefined) return "done";
  return before.get(agent) === after.get(agent) ? "not-done" : "done";
}

async function windowVerdicts(
  actions: readonly CallAction[],
  { layout, exec, now }: Inspection,
): Promise<ReadonlyMap<CallAction, FailureOutcome>> {
  if (now.aborted) return new Map();
  const { openedActions } = await import("../windows/perform-windows.ts");
  const opened = (await openedActions(actions, { layout, exec })) ?? new Map<CallAction, boolean>();
  return new Map([...opened].map(([action, isThere]) => [action, isThere ? "done" : "not-done"]));
}

async function sessionVerdicts(
  actions: readonly CallAction[],
  { layout, exec, now }: Inspection,
): Promise<ReadonlyMap<CallAction, FailureOutcome>> {
  const server = now.aborted ? undefined : await listPanes(exec, layout.socket);
  if (!server?.ok) return new Map();
  const sessions = new Set(server.value?.panes.map(({ sessionId }) => sessionId));
  return new Map(actions.map((action) => [action, sessions.has(action.target) ? "not-done" : "done"]));
}
