import { digest } from "../../text/digest.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { Survey } from "../../observed/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { endPolicies } from "../../plan/agent/end-policy.ts";
import { findRenames, type Renames } from "../../plan/rename/find-renames.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { cautious } from "../../plan/cautious.ts";
import type { Change, Reason } from "../../plan/change.ts";
import type { AgentPlan, Plan, PlanOptions } from "../../plan/types.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import { heldUntil, withoutLasting, type BackOff } from "../loop/back-off.ts";

/** What a look at fleet and machine comes to. */
export interface HeldPlan extends Survey {
  /** Everything that differs. */
  readonly whole: Plan;
  /** What is to be done about it now. */
  readonly plan: Plan;
  /** Agents that are left for later, though something is to be done about them. */
  readonly held: ReadonlyMap<string, Hold>;
  /** What each declared agent is to run with, as its attempts are counted. */
  readonly keys: ReadonlyMap<string, string>;
  /** Less those that have had a lasting success. */
  readonly backOff: BackOff;
  readonly churn: BackOff;
}

/** Why it has to wait. Times are of the same clock as `nowMs`. */
export type Hold =
  /** It keeps failing. */
  | { readonly why: "back-off"; readonly untilMs: number }
  /** What is in its envFiles keeps changing. */
  | { readonly why: "churn"; readonly untilMs: number }
  /** An envFile of its own may be in the middle of being saved. */
  | { readonly why: "unfinished"; readonly untilMs: number }
  /** The file has not said for long that its session is to end: somebody may be in the middle of an edit. */
  | { readonly why: "young"; readonly untilMs: number }
  /** Its session is to end, and somebody is in it. */
  | { readonly why: "attached" }
  /** The clock was set, or the machine has slept: for how long the agent has been quiet is not known. */
  | { readonly why: "clock"; readonly untilMs: number }
  /** systemd is about to start it again by itself, as `restart` in fleet.yaml says. */
  | { readonly why: "systemd-restarts" }
  /** A guard refuses what the plan would remove or stop. */
  | { readonly why: "refused" };

/** What has to be known beside fleet and machine. */
export interface Moment {
  readonly backOff: BackOff;
  /** Restarts for changed envFiles, counted likewise. */
  readonly churn?: BackOff;
  /** ms of a clock that nobody sets. */
  readonly nowMs: number;
  /** Somebody wants it now: nobody is held back for having failed. That ends no session sooner. */
  readonly isAsked: boolean;
  /** For how long the file has said what it says, ms. */
  readonly textAgeMs?: number;
  /** For how long each agent's envFiles have not been touched, ms. */
  readonly envFileAgeMs?: ReadonlyMap<string, number>;
  /** How long ago the clock was set, or the machine woke up, ms. */
  readonly clockAgeMs?: number;
}

/**
 * How long the file must have said that a session is to end, ms: some editors save while one is typing, `git stash` takes an
 * agent away for a moment, and a copy that has failed half-way has fewer agents.
 */
const graceMs = 10_000;

/** What an envFile that has just been written is given to become whole, ms. */
const unfinishedMs = 2_000;

const unattended: PlanOptions = { ...cautious, isWatch: true };

/**
 * Plans as apply would, and then without what has to wait: see Hold. None of that keeps anything else from being done. Pure.
 */
export function planWithHolds(survey: Survey, moment: Moment): HeldPlan {
  const { desired, observed } = survey;
  const whole = planFleet(desired, observed, unattended);
  const keys = new Map(desired.agents.map((agent) => [agent.name, keyOf(agent)]));
  const running = runningForMs(survey);
  const lasting = {
    backOff: withoutLasting(moment.backOff, running),
    // What is held back runs all the while: that its envFiles are left alone is what ends the count.
    churn: withoutLasting(moment.churn ?? new Map(), moment.envFileAgeMs ?? new Map()),
  };
  const find = holdFinder({ ...survey, whole, keys }, { ...moment, ...lasting });
  const held = heldTogether(whole, findRenames(desired), find);
  const others = whole.agents.map(({ name }) => name).filter((name) => !held.has(name));
  const plan =
    held.size === 0 ? whole : planFleet(desired, observed, { ...unattended, only: new Set(others) });
  return { ...survey, whole, plan, held, keys, ...lasting };
}

/** Agents that are the same under another name are held together: one must not start before the other ends. */
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
  const isRefused = whole.refusals.length > 0;
  const holderPhase = unitPhase(observed.units.get(desired.layout.holderUnit));

  return (agent) => {
    switch (agent.action) {
      // Were the new ones there, the old ones would be less than most of the fleet, and end with the next look.
      case "add":
        return isRefused ? { why: "refused" } : undefined;
      case "remove":
      case "stop":
        return isRefused ? { why: "refused" } : (endHold(agent) ?? clockHold(agent));
      case "restart":
        return restartHold(agent) ?? clockHold(agent) ?? startHold(agent);
      case "start":
        return startHold(agent);
      // What waits for its end may lose its link already.
      case "pending":
        return isRefused && (agent.awaiting === "remove" || agent.awaiting === "stop")
          ? { why: "refused" }
          : undefined;
      case "change":
      case "adopt":
      case "blocked":
      case "none":
        return undefined;
    }
  };

  /** What ends a session: also one in which only people, or what a failed agent has left on the screen, are. */
  function endHold({ name }: AgentPlan): Hold | undefined {
    const sessions = new Set(view(name).sessions.map(({ id }) => id));
    if (sessions.size === 0) return undefined;
    const { textAgeMs = Infinity, nowMs } = moment;
    if (textAgeMs < graceMs) return { why: "young", untilMs: nowMs + graceMs - textAgeMs };
    const { tmux } = observed;
    const isAttached =
      tmux.kind === "server" &&
      tmux.panes.some(({ sessionId, attached }) => attached > 0 && sessions.has(sessionId));
    return isAttached ? { why: "attached" } : undefined;
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

  /** Only for how long an agent was quiet lets it be interrupted, and that is not known. */
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

/** Also as one of several fields, or where they are too many to tell. */
function mayBeEnvFiles(change: Change): boolean {
  if (change.reason !== "config-changed") return isOnlyEnvFiles(change);
  return change.fields.length === 0 || change.fields.includes("envFiles");
}

/** Whatever is in the envFiles: that it is something else each time is what is counted. */
export const churnKey = "envFiles";

/** All that an agent runs with and by: an edit of any of it is a new beginning. */
function keyOf({ env, dropIn }: DesiredAgent): string {
  return digest(`${env.content}\n${dropIn?.content ?? ""}`);
}

/** Why an agent is started that has not been edited. */
const mending: ReadonlySet<Reason> = new Set(["failed", "not-running", "session-gone", "config-unknown"]);

function isOnlyMending({ changes }: AgentPlan): boolean {
  return changes.every(({ reason }) => mending.has(reason));
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
