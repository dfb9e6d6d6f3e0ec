import type { Survey } from "../../observed/survey.ts";
import { heldBy } from "../../plan/allowances.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { endPolicies } from "../../plan/agent/end-policy.ts";
import { isHealable, type Change, type Reason } from "../../plan/change.ts";
import { awaitedAction, type AgentPlan } from "../../plan/agent-plan.ts";
import type { Plan } from "../../plan/types.ts";
import { isToStart, unitPhase, type UnitPhase } from "../../plan/view/unit-phase.ts";
import { heldUntil, type BackOff } from "../loop/back-off.ts";
import type { Rolled } from "./turn-holds.ts";

/** The reason to wait. Times are of the same clock as `nowMs`. */
export type Hold =
  /** It keeps failing. */
  | { readonly why: "back-off"; readonly untilMs: number }
  /** The contents of its envFiles keep changing. */
  | { readonly why: "churn"; readonly untilMs: number }
  /** An envFile of its own may be in the middle of being saved. */
  | { readonly why: "unfinished"; readonly untilMs: number }
  /** The file has declared the end of its session for a short time only: somebody may be in the middle of an edit. */
  | { readonly why: "young"; readonly untilMs: number }
  /** Its session is to end, and somebody is in it. */
  | { readonly why: "attached" }
  /** The clock was set, or the machine has slept: for how long the agent has been quiet is not known. */
  | { readonly why: "clock"; readonly untilMs: number }
  /** systemd is about to start it again by itself, as `restart` in fleet.yaml says, or may be after its end. */
  | { readonly why: "systemd-restarts" }
  /** It restarts in turns, and others of its group have not run for long enough since theirs. */
  | { readonly why: "turn"; readonly untilMs: number }
  /** A guard refuses the plan, and holds the agent's action. */
  | { readonly why: "refused" };

/** The facts needed in addition to fleet and machine. */
export interface Moment {
  readonly backOff: BackOff;
  /** Restarts for changed envFiles, counted likewise. */
  readonly churn?: BackOff;
  readonly rolled?: Rolled;
  /** ms of a clock nobody sets. */
  readonly nowMs: number;
  /** True if somebody wants it now: no agent is held back because it failed. No session ends sooner because of it. */
  readonly isAsked: boolean;
  /** The age of the file's text, ms. */
  readonly textAgeMs?: number;
  /** The time since each agent's envFiles were last touched, ms. */
  readonly envFileAgeMs?: ReadonlyMap<string, number>;
  /** The time since the clock was set, or the machine woke up, ms. */
  readonly clockAgeMs?: number;
}

/**
 * The time for which the file must declare the end of a session before it ends, ms. Some editors save during typing, `git
 * stash` takes an agent away for a moment, and a copy that has failed half-way has fewer agents.
 */
const graceMs = 10_000;

/** The time for a newly written envFile to become whole, ms. */
const unfinishedMs = 2_000;

/** The facts of a look that holds depend on, the same for all agents. */
interface HoldFacts {
  readonly moment: Moment;
  readonly view: ReturnType<typeof agentViews>;
  readonly policy: ReturnType<typeof endPolicies>;
  /** The actions a refusal holds. */
  readonly refused: ReadonlySet<AgentPlan["action"]>;
  readonly holderPhase: UnitPhase;
  /** The ids of sessions with people in them. */
  readonly visited: readonly string[];
  readonly keys: ReadonlyMap<string, string>;
}

/** Returns a function from an agent of the plan `whole` to the reason to leave it for later. */
export function holdFinder(
  { desired, observed }: Survey,
  whole: Plan,
  keys: ReadonlyMap<string, string>,
  moment: Moment,
): (agent: AgentPlan) => Hold | undefined {
  const view = agentViews(observed, desired.layout);
  const panes = observed.tmux.kind === "server" ? observed.tmux.panes : [];
  const facts: HoldFacts = {
    moment,
    view,
    policy: endPolicies(desired, view),
    refused: heldBy(whole.refusals),
    holderPhase: unitPhase(observed.units.get(desired.layout.holderUnit)),
    visited: panes.filter(({ attached }) => attached > 0).map(({ sessionId }) => sessionId),
    keys,
  };
  return (agent) => (isRefused(agent, facts) ? { why: "refused" } : momentHold(agent, facts));
}

/**
 * Returns true if a guard holds the action of an agent, or the action it waits for: the plan may take the link of
 * a waiting agent before its end. An agent to be added takes the place of another one, and both are held.
 */
function isRefused(agent: AgentPlan, { refused }: HoldFacts): boolean {
  const awaiting = awaitedAction(agent);
  return refused.has(awaiting === undefined || awaiting === "add" ? agent.action : awaiting);
}

function momentHold(agent: AgentPlan, facts: HoldFacts): Hold | undefined {
  switch (agent.action) {
    case "remove":
    case "stop":
      return endHold(agent, facts) ?? clockHold(agent, facts);
    case "restart":
      return restartHold(agent, facts) ?? clockHold(agent, facts) ?? startHold(agent, facts);
    case "start":
      return startHold(agent, facts);
    case "add":
    case "change":
    case "adopt":
    case "pending":
    case "blocked":
    case "none":
      return undefined;
  }
}

/**
 * Returns the hold of an agent before its session ends, even if the session contains only people, or the output of a
 * failed agent.
 */
function endHold({ name }: AgentPlan, { moment, view, visited }: HoldFacts): Hold | undefined {
  const sessions = new Set(view(name).sessions.map(({ id }) => id));
  if (sessions.size === 0) return undefined;
  const { textAgeMs = Infinity, nowMs } = moment;
  if (textAgeMs < graceMs) return { why: "young", untilMs: nowMs + graceMs - textAgeMs };
  return visited.some((id) => sessions.has(id)) ? { why: "attached" } : undefined;
}

function restartHold({ name, changes }: AgentPlan, { moment }: HoldFacts): Hold | undefined {
  const { nowMs, churn = new Map(), envFileAgeMs } = moment;
  const ageMs = envFileAgeMs?.get(name) ?? Infinity;
  if (changes.some(mayBeEnvFiles) && ageMs < unfinishedMs) {
    return { why: "unfinished", untilMs: nowMs + unfinishedMs - ageMs };
  }
  const calmMs = changes.every(isOnlyEnvFiles) ? heldUntil(churn, name, churnKey, nowMs) : undefined;
  return calmMs === undefined ? undefined : { why: "churn", untilMs: calmMs };
}

/** Returns a hold if only its quiet time lets an agent be interrupted, and this time is unknown. */
function clockHold({ name, cost }: AgentPlan, { moment, policy }: HoldFacts): Hold | undefined {
  const { nowMs, clockAgeMs = Infinity } = moment;
  const { onChange, idleAfterMs } = policy(name);
  const isByIdleness = onChange === "when-idle" && cost === "agent";
  return isByIdleness && clockAgeMs < idleAfterMs
    ? { why: "clock", untilMs: nowMs + idleAfterMs - clockAgeMs }
    : undefined;
}

function startHold(agent: AgentPlan, { moment, view, holderPhase, keys }: HoldFacts): Hold | undefined {
  const { unit } = view(agent.name);
  const isEnding = unitPhase(unit) === "stopping" && !isToStart(unit);
  const isOnItsWay = isEnding || [unitPhase(unit), holderPhase].includes("restarting");
  if ((isOnItsWay || holderPhase === "starting") && isOnlyMending(agent)) return { why: "systemd-restarts" };
  const untilMs = heldUntil(moment.backOff, agent.name, keys.get(agent.name) ?? "", moment.nowMs);
  return untilMs === undefined || moment.isAsked ? undefined : { why: "back-off", untilMs };
}

function isOnlyEnvFiles({ reason }: Change): boolean {
  return reason === "env-files-changed";
}

/** Returns true if envFiles may have changed: alone, as one of several fields, or among too many fields to list. */
function mayBeEnvFiles(change: Change): boolean {
  if (change.reason !== "config-changed") return isOnlyEnvFiles(change);
  return change.fields.length === 0 || change.fields.includes("envFiles");
}

/** The key of all changes of envFiles, whatever they contain: the number of changes counts. */
export const churnKey = "envFiles";

const healable: ReadonlySet<Reason> = new Set(
  (Object.keys(isHealable) as (keyof typeof isHealable)[]).filter((reason) => isHealable[reason]),
);

function isOnlyMending({ changes }: AgentPlan): boolean {
  return changes.every(({ reason }) => healable.has(reason));
}
