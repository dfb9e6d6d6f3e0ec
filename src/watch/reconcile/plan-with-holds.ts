import { digest } from "../../text/digests/digest.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { Survey } from "../../observed/survey.ts";
import { heldBy } from "../../plan/allowances.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { endPolicies } from "../../plan/agent/end-policy.ts";
import { findRenames, type Renames } from "../../plan/rename/find-renames.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { cautious } from "../../plan/cautious.ts";
import type { Change, Reason, RunChange } from "../../plan/change.ts";
import { awaitedAction, type AgentPlan } from "../../plan/agent-plan.ts";
import type { Plan, PlanOptions } from "../../plan/types.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import { heldUntil, withoutLasting, type BackOff } from "../loop/back-off.ts";
import { stillRolled, turnHolds, type Rolled } from "./turn-holds.ts";

/** The result of a look at fleet and machine. */
export interface HeldPlan extends Survey {
  /** All differences. */
  readonly whole: Plan;
  /** The part of it to apply now. */
  readonly plan: Plan;
  /** Agents left for later, though they have changes to apply. */
  readonly held: ReadonlyMap<string, Hold>;
  /** The configuration of each declared agent, as its attempts are counted. */
  readonly keys: ReadonlyMap<string, string>;
  /** Without agents after a lasting success. */
  readonly backOff: BackOff;
  readonly churn: BackOff;
  readonly rolled: Rolled;
}

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
  /** systemd is about to start it again by itself, as `restart` in fleet.yaml says. */
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
  /** ms of a clock that nobody sets. */
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

const unattended: PlanOptions = { ...cautious, isWatch: true };

/**
 * Plans as apply would, and then leaves out the agents with a reason to wait: see Hold. A wait never delays other
 * changes. Pure.
 */
export function planWithHolds(survey: Survey, moment: Moment): HeldPlan {
  const { desired, observed } = survey;
  const whole = planFleet(desired, observed, unattended);
  const keys = new Map(desired.agents.map((agent) => [agent.name, attemptKey(agent)]));
  const running = runningForMs(survey);
  const lasting = {
    backOff: withoutLasting(moment.backOff, running),
    // A held agent still runs, so the count ends when its envFiles are left alone.
    churn: withoutLasting(moment.churn ?? new Map(), moment.envFileAgeMs ?? new Map()),
  };
  const find = holdFinder({ ...survey, whole, keys }, { ...moment, ...lasting });
  const waiting = heldTogether(whole, findRenames(desired), find);
  const rolled = stillRolled(moment.rolled ?? new Map(), survey, keys, running);
  const turns = turnHolds(whole.actions, { desired, waiting, rolled, running, nowMs: moment.nowMs });
  const held = new Map([...waiting, ...turns]);
  const others = whole.agents.map(({ name }) => name).filter((name) => !held.has(name));
  const plan =
    held.size === 0
      ? whole
      : planFleet(desired, observed, { ...unattended, only: new Set(others), isOwnChoice: true });
  return { ...survey, whole, plan, held, keys, rolled, ...lasting };
}

/** Holds an agent together with its equal under another name: one must not start before the other ends. */
function heldTogether(
  { agents }: Plan,
  { identity }: Renames,
  find: (agent: AgentPlan) => Hold | undefined,
): ReadonlyMap<string, Hold> {
  const holds = new Map<string, Hold>();
  for (const agent of agents) {
    const hold = find(agent);
    if (hold !== undefined) holds.set(identity(agent.name), hold);
  }
  return new Map(
    agents.flatMap(({ name }) => {
      const hold = holds.get(identity(name));
      return hold === undefined ? [] : [[name, hold] as const];
    }),
  );
}

type Known = Survey & Pick<HeldPlan, "whole" | "keys">;

function holdFinder(
  { desired, observed, whole, keys }: Known,
  moment: Moment,
): (agent: AgentPlan) => Hold | undefined {
  const view = agentViews(observed, desired.layout);
  const policy = endPolicies(desired, view);
  const { tmux } = observed;
  const panes = tmux.kind === "server" ? tmux.panes : [];
  const refused: ReadonlySet<AgentPlan["action"]> = heldBy(whole.refusals);
  const holderPhase = unitPhase(observed.units.get(desired.layout.holderUnit));
  /** The ids of sessions with people in them. */
  const visited = panes.filter(({ attached }) => attached > 0).map(({ sessionId }) => sessionId);

  return (agent) => (isRefused(agent) ? { why: "refused" } : momentHold(agent));

  /**
   * Returns true if a guard holds the action of an agent, or the action that it waits for: the plan may take the link of
   * a waiting agent before its end. An agent that waits to be added takes the place of another one, which is held with it.
   */
  function isRefused(agent: AgentPlan): boolean {
    const awaiting = awaitedAction(agent);
    return refused.has(awaiting === undefined || awaiting === "add" ? agent.action : awaiting);
  }

  function momentHold(agent: AgentPlan): Hold | undefined {
    switch (agent.action) {
      case "remove":
      case "stop":
        return endHold(agent) ?? clockHold(agent);
      case "restart":
        return restartHold(agent) ?? clockHold(agent) ?? startHold(agent);
      case "start":
        return startHold(agent);
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
  function endHold({ name }: AgentPlan): Hold | undefined {
    const sessions = new Set(view(name).sessions.map(({ id }) => id));
    if (sessions.size === 0) return undefined;
    const { textAgeMs = Infinity, nowMs } = moment;
    if (textAgeMs < graceMs) return { why: "young", untilMs: nowMs + graceMs - textAgeMs };
    return visited.some((id) => sessions.has(id)) ? { why: "attached" } : undefined;
  }

  function restartHold({ name, changes }: AgentPlan): Hold | undefined {
    const { nowMs, churn = new Map(), envFileAgeMs } = moment;
    const ageMs = envFileAgeMs?.get(name) ?? Infinity;
    if (changes.some(mayBeEnvFiles) && ageMs < unfinishedMs) {
      return { why: "unfinished", untilMs: nowMs + unfinishedMs - ageMs };
    }
    const calmMs = changes.every(isOnlyEnvFiles) ? heldUntil(churn, name, churnKey, nowMs) : undefined;
    return calmMs === undefined ? undefined : { why: "churn", untilMs: calmMs };
  }

  /** Returns a hold if only its quiet time lets an agent be interrupted, and this time is unknown. */
  function clockHold({ name, cost }: AgentPlan): Hold | undefined {
    const { nowMs, clockAgeMs = Infinity } = moment;
    const { onChange, idleAfterMs } = policy(name);
    const isByIdleness = onChange === "when-idle" && cost === "agent";
    return isByIdleness && clockAgeMs < idleAfterMs
      ? { why: "clock", untilMs: nowMs + idleAfterMs - clockAgeMs }
      : undefined;
  }

  function startHold(agent: AgentPlan): Hold | undefined {
    const isOnItsWay = [unitPhase(view(agent.name).unit), holderPhase].includes("restarting");
    if ((isOnItsWay || holderPhase === "starting") && isOnlyMending(agent))
      return { why: "systemd-restarts" };
    const untilMs = heldUntil(moment.backOff, agent.name, keys.get(agent.name) ?? "", moment.nowMs);
    return untilMs === undefined || moment.isAsked ? undefined : { why: "back-off", untilMs };
  }
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

/** Returns the whole configuration of an agent: an edit of any part begins a new count. */
function attemptKey({ env, dropIn }: DesiredAgent): string {
  return digest(`${env.content}\n${dropIn?.content ?? ""}`);
}

/** True for a reason that systemd can heal by its own restart, without an edit. A reason without a word here does not compile. */
const isHealable: Readonly<Record<RunChange["reason"], boolean>> = {
  failed: true,
  "not-running": true,
  "session-gone": true,
  "config-unknown": true,
  "timer-stopped": false,
  "job-not-completed": false,
  "kind-changed": false,
};

const healable: ReadonlySet<Reason> = new Set(
  (Object.keys(isHealable) as (keyof typeof isHealable)[]).filter((reason) => isHealable[reason]),
);

function isOnlyMending({ changes }: AgentPlan): boolean {
  return changes.every(({ reason }) => healable.has(reason));
}

function runningForMs({ desired, observed }: Survey): ReadonlyMap<string, number> {
  const view = agentViews(observed, desired.layout);
  return new Map(
    desired.agents.flatMap(({ name }) => {
      const { unit, runtime } = view(name);
      const sinceMs = unitPhase(unit) === "running" ? runtime?.startedMs : undefined;
      return sinceMs === undefined ? [] : [[name, observed.now - sinceMs] as const];
    }),
  );
}
