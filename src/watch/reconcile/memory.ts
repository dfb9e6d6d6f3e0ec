import type { Diagnostic, Result } from "../../diagnostics/diagnostic.ts";
import type { ApplyOutcome } from "../../events/apply-events.ts";
import type { LookCause, WatchEvent } from "../../events/watch-events.ts";
import { turnsOf } from "../../plan/actions.ts";
import { isInLine } from "../../plan/summary.ts";
import type { Plan } from "../../plan/types.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import { withAttempts, type BackOff } from "../loop/back-off.ts";
import type { Clocks } from "../loop/clock-jumps.ts";
import { changedEvents, startEvents } from "./changed-events.ts";
import type { SourceReading } from "../source/source-state.ts";
import { newEvents, nothingTold, recoveredMs, type Told } from "./new-events.ts";
import { dueIn } from "./next-reconcile.ts";
import type { Rolled } from "./turn-holds.ts";
import { churnKey } from "./find-hold.ts";
import type { HeldPlan } from "./plan-with-holds.ts";
import { isNewTrouble, retryIn, troubleWith, type Trouble } from "./retry.ts";
import { finishedIn, tellFinished, withUnfinished, type Unfinished } from "./unfinished.ts";

/** The memory of a watch from look to look: its reports and attempts. No part of it has to outlive the watch. */
export interface Memory {
  readonly backOff: BackOff;
  /** Restarts for changed envFiles, counted likewise. */
  readonly churn: BackOff;
  /** Agents it has restarted in their turn, until they have run for a while. */
  readonly rolled: Rolled;
  readonly told: Told;
  readonly unfinished: Unfinished;
  /** The problem that keeps the watch from its work, if there is one. */
  readonly trouble: Trouble | undefined;
  readonly clocks: Clocks | undefined;
  /** True from the reading of a new text until a look at it is finished. */
  readonly isNewText: boolean;
  /** True if people know that the watch waits for the end of a save. */
  readonly isWaitTold: boolean;
  /** True while runs cannot be recorded. */
  readonly isRecordLost: boolean;
}

/** The memory of a watch after something, and the events to report. */
export interface Remembered {
  readonly memory: Memory;
  readonly events: readonly WatchEvent[];
}

/** The memory of a new watch. */
export const emptyMemory: Memory = {
  backOff: new Map(),
  churn: new Map(),
  rolled: new Map(),
  told: nothingTold,
  unfinished: new Map(),
  trouble: undefined,
  clocks: undefined,
  isNewText: false,
  isWaitTold: false,
  isRecordLost: false,
};

/** Remembers a reading of the file. */
export function afterReading(memory: Memory, { isNew, isOutdated }: SourceReading): Memory {
  return {
    ...memory,
    isNewText: memory.isNewText || isNew,
    isWaitTold: memory.isWaitTold && isOutdated,
  };
}

/** Tells that the file is being saved. If somebody asked, they get one answer for each wait. */
export function whileSaved(memory: Memory, causes: readonly LookCause[]): Remembered {
  if (!causes.includes("asked") || memory.isWaitTold) return { memory, events: [] };
  const text = "The fleet file is being saved: it is read once it is complete.";
  return { memory: { ...memory, isWaitTold: true }, events: [{ kind: "note", text }] };
}

/** Reports a look without anything to do, to interested people. */
export function afterNothing(memory: Memory, { whole }: HeldPlan, causes: readonly LookCause[]): Remembered {
  const after = outOfTrouble(memory);
  const isWanted = memory.isNewText || causes.includes("asked");
  return isWanted && isInLine(whole)
    ? { ...after, events: [...after.events, { kind: "in-line", causes }] }
    : after;
}

/** Reports a run that cannot be recorded, once, until a record succeeds again. */
export function afterRecord(memory: Memory, recorded: Result<unknown>): Remembered {
  const after = { ...memory, isRecordLost: !recorded.ok };
  if (recorded.ok || memory.isRecordLost) return { memory: after, events: [] };
  const events = recorded.diagnostics.map(({ summary, detail }): WatchEvent => {
    const because = detail === undefined ? "" : ` (${detail})`;
    return { kind: "note", text: `History: ${summary}${because}` };
  });
  return { memory: after, events };
}

/** Returns the news of a look. Failures are reported without the last output of their agents. */
export function afterLook(memory: Memory, look: HeldPlan, nowMs: number): Remembered {
  const { backOff, churn, rolled, whole } = look;
  const finished = finishedIn(memory.unfinished, whole);
  const { told, events } = newEvents(memory.told, look, nowMs);
  return {
    memory: { ...memory, backOff, churn, rolled, told, unfinished: finished.unfinished },
    events: [...finished.events, ...events],
  };
}

/** Counts the attempts of an apply. */
export function afterRun(
  memory: Memory,
  look: HeldPlan,
  outcome: Pick<ApplyOutcome, "skipped">,
  nowMs: number,
): Memory {
  const forEnvFiles = look.plan.agents
    .filter((agent) => agent.action === "restart" && agent.reason === "env-files-changed")
    .map(({ name }) => ({ agent: name, key: churnKey }));
  return {
    ...memory,
    backOff: withAttempts(memory.backOff, attemptsIn(look, outcome), nowMs),
    churn: withAttempts(memory.churn, forEnvFiles, nowMs),
    rolled: new Map([...memory.rolled, ...rolledIn(look, outcome)]),
  };
}

/** Returns the agents a run has restarted in their turn, with their configurations. */
function rolledIn(
  { plan, keys }: HeldPlan,
  { skipped }: Pick<ApplyOutcome, "skipped">,
): readonly (readonly [string, string])[] {
  return plan.actions.flatMap((action) => {
    const { agent = "" } = action;
    const key = keys.get(agent);
    const isRolled = action.kind === "restart" && turnsOf(action).length > 0 && !skipped.includes(action);
    return isRolled && key !== undefined ? [[agent, key] as const] : [];
  });
}

/** Reports the changes of an apply. `shown` is its plan with the diffs of edited files. */
export function afterApply(
  memory: Memory,
  shown: Plan,
  outcome: ApplyOutcome,
  look: HeldPlan,
  wasCut: boolean,
): Remembered {
  const { unfinished, events } = tellFinished(memory.unfinished, changedEvents(shown, outcome, look));
  const left = wasCut ? withUnfinished(unfinished, startEvents(shown, look), outcome) : unfinished;
  return { memory: { ...memory, unfinished: left }, events };
}

/** Reports problems that keep the watch from its work, once, and returns how soon to try again, ms. */
export function inTrouble(
  memory: Memory,
  diagnostics: readonly Diagnostic[],
): Remembered & { readonly againInMs: number } {
  const trouble = troubleWith(diagnostics, memory.trouble);
  const isNew = isNewTrouble(diagnostics, memory.trouble);
  return {
    memory: { ...memory, trouble },
    events: isNew ? [{ kind: "problem", diagnostics }] : [],
    againInMs: retryIn(trouble),
  };
}

/** Reports the end of a trouble, if there was any. */
export function outOfTrouble(memory: Memory): Remembered {
  if (memory.trouble === undefined) return { memory, events: [] };
  return { memory: { ...memory, trouble: undefined }, events: [{ kind: "problem-over" }] };
}

/** Returns when to look again at the rest of a look, ms; undefined for no certain time. */
export function nextIn({ told }: Memory, look: HeldPlan, nowMs: number): number | undefined {
  const view = agentViews(look.observed, look.desired.layout);
  // The new run of an agent is reported after a while.
  const isRecovering = [...told.failing.keys()].some((name) => unitPhase(view(name).unit) === "running");
  return soonest(dueIn(look, nowMs), isRecovering ? recoveredMs : undefined);
}

/** Returns the earliest of these times. */
export function soonest(...times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((time) => time !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}

/**
 * Returns the attempts of a run. Each start counts, even if the apply did not wait for its end, unless the same start is
 * already on its way.
 */
function attemptsIn(
  { plan, keys, desired, observed }: HeldPlan,
  { skipped }: Pick<ApplyOutcome, "skipped">,
): readonly { readonly agent: string; readonly key: string }[] {
  const view = agentViews(observed, desired.layout);
  return plan.actions.flatMap((action) => {
    const { kind, agent = "" } = action;
    const key = keys.get(agent);
    const isStart = (kind === "start" || kind === "restart") && !skipped.includes(action);
    const isOnItsWay = isStart && unitPhase(view(agent).unit) === "stopping";
    return isStart && !isOnItsWay && key !== undefined ? [{ agent, key }] : [];
  });
}
