import type { AgentFailure, ApplyOutcome } from "../events/apply-events.ts";
import type { LookCause } from "../events/watch-events.ts";
import { reasonOf, type AgentPlan } from "../plan/agent-plan.ts";
import type { Cause, Change } from "../plan/change.ts";
import type { Action, Plan } from "../plan/types.ts";
import { grouped } from "../text/grouped.ts";
import { naturally } from "../text/natural-order.ts";
import type { RunBy, RunRecord, RecordedStep, SharedStep, StepResult } from "./run-record.ts";

/** The result of a plan, as far as a record needs it. */
export interface RunResult {
  readonly plan: Plan;
  readonly outcome: ApplyOutcome;
  /** Agents that were started and do not run. */
  readonly failures?: readonly Pick<AgentFailure, "name">[];
  readonly exitCode: number | null;
}

/** The circumstances of a run. */
export interface RunFacts {
  /** ms since the epoch. */
  readonly beganMs: number;
  readonly ms: number;
  readonly command: string;
  readonly causes?: readonly LookCause[] | undefined;
  readonly by: RunBy;
  readonly version: string;
  readonly file: string | undefined;
  readonly digest: string | undefined;
  readonly revision: string | null | undefined;
}

/** Returns the record of a run. It holds reasons with names of fields and files, and no values and no lines. Pure. */
export function composeRecord(
  { plan, outcome, failures = [], exitCode }: RunResult,
  facts: RunFacts,
): RunRecord {
  const { done, failed, skipped, interruptedBy } = outcome;
  return {
    formatVersion: 1,
    time: new Date(facts.beganMs).toISOString(),
    ms: Math.round(facts.ms),
    command: facts.command,
    ...(facts.causes === undefined ? {} : { causes: facts.causes }),
    by: facts.by,
    version: facts.version,
    file: facts.file ?? null,
    digest: facts.digest ?? null,
    revision: facts.revision ?? null,
    summary: plan.summary,
    steps: recordedSteps(plan, outcome, new Set(failures.map(({ name }) => name))),
    shared: sharedSteps(plan, outcome),
    actions: { done: done.length, failed: failed.length, skipped: skipped.length },
    exitCode,
    ...(interruptedBy === undefined ? {} : { interruptedBy }),
  };
}

function recordedSteps(
  plan: Plan,
  outcome: ApplyOutcome,
  failures: ReadonlySet<string>,
): readonly RecordedStep[] {
  const resultOf = resultsOf(outcome);
  const own = grouped(plan.actions, ({ agent }) => agent);
  const reloads = plan.actions.filter(({ kind }) => kind === "daemon-reload");
  const touched = plan.agents.flatMap((agent) => {
    // A file unread by systemd is an agent's reason for a reload, but the reload belongs to no agent.
    const actions = own.get(agent.name) ?? (changesSomething(agent) ? reloads : []);
    if (actions.length === 0) return [];
    const result = failures.has(agent.name) ? "failed" : resultOf(actions);
    return [{ action: agent.action, reasons: recordedCauses(agent), result, name: agent.name }];
  });
  const alike = grouped(touched, ({ name: _name, ...words }) => JSON.stringify(words));
  return [...alike.values()].flatMap((group) => {
    const [first] = group;
    if (first === undefined) return [];
    const { action, reasons, result } = first;
    return [{ action, reasons, result, agents: naturally(group.map(({ name }) => name)) }];
  });
}

function changesSomething({ action }: AgentPlan): boolean {
  return action !== "none" && action !== "pending" && action !== "blocked";
}

function recordedCauses(agent: AgentPlan): readonly Cause[] {
  const reason = reasonOf(agent);
  // An added agent has no changes; its reason alone says too little only for one that takes the place of others.
  return agent.changes.length === 0 && reason === "new" ? [] : agent.changes.map(causeOf);
}

function sharedSteps(plan: Plan, outcome: ApplyOutcome): readonly SharedStep[] {
  const resultOf = resultsOf(outcome);
  return plan.shared.map((change) => {
    const { path, role, ...reason } = change;
    const actions = plan.actions.filter(({ target }) => target === path);
    return { path, role, reason: causeOf(reason as Change), result: resultOf(actions) };
  });
}

/** Returns a change without the lines of files, because these may hold secrets. */
function causeOf({ edit: _edit, diff: _diff, ...cause }: Change): Cause {
  return cause;
}

function resultsOf(outcome: ApplyOutcome): (actions: readonly Action[]) => StepResult {
  const [unknown, failed, skipped] = [outcome.unknown ?? [], outcome.failed, outcome.skipped].map(
    (some) => new Set<Action>(some),
  );
  return (actions) => {
    if (actions.some((action) => unknown?.has(action))) return "unknown";
    if (actions.some((action) => failed?.has(action))) return "failed";
    return actions.some((action) => skipped?.has(action)) ? "not-done" : "done";
  };
}
