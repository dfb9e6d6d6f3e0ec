import { digest } from "../desired/digest.ts";
import type { DesiredAgent } from "../desired/types.ts";
import type { Survey } from "../observe/survey.ts";
import { agentViews } from "../plan/agent-view.ts";
import { planFleet } from "../plan/plan-fleet.ts";
import type { AgentPlan, Plan, PlanOptions, Reason } from "../plan/types.ts";
import { unitPhase } from "../plan/unit-state.ts";
import { heldUntil, withoutLasting, type BackOff } from "./back-off.ts";

/** What a look at fleet and machine comes to. */
export interface Considered extends Survey {
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
}

export type Hold =
  /** It keeps failing. The time is of the same clock as `nowMs`. */
  | { readonly why: "back-off"; readonly untilMs: number }
  /** systemd is about to start it again by itself, as `restart` in fleet.yaml says. */
  | { readonly why: "systemd-restarts" }
  /** A guard refuses the removals in the plan. */
  | { readonly why: "refused" };

interface Moment {
  readonly backOff: BackOff;
  /** ms of a clock that nobody sets. */
  readonly nowMs: number;
  /** Somebody wants it now: nobody is held back for having failed. */
  readonly isAsked: boolean;
}

const unattended: PlanOptions = { only: undefined, now: false, allowRemoveAll: false, allowSelf: false };

/**
 * Plans as apply would, and then without what has to wait: agents that keep failing, those that systemd restarts by
 * itself, and removals that a guard refuses. None of these keeps anything else from being done. Pure.
 */
export function consider(survey: Survey, moment: Moment): Considered {
  const { desired, observed } = survey;
  const view = agentViews(observed, desired.layout);
  const whole = planFleet(desired, observed, unattended);
  const keys = new Map(desired.agents.map((agent) => [agent.name, keyOf(agent)]));
  const backOff = withoutLasting(moment.backOff, runningForMs(survey));
  const holdOf = (agent: AgentPlan): Hold | undefined => {
    if (agent.action === "remove") return whole.refusals.length > 0 ? { why: "refused" } : undefined;
    if (agent.action !== "start" && agent.action !== "restart") return undefined;
    if (unitPhase(view(agent.name).unit) === "restarting" && isOnlyMending(agent)) {
      return { why: "systemd-restarts" };
    }
    const untilMs = heldUntil(backOff, agent.name, keys.get(agent.name) ?? "", moment.nowMs);
    return untilMs === undefined || moment.isAsked ? undefined : { why: "back-off", untilMs };
  };
  const held = new Map<string, Hold>();
  for (const agent of whole.agents) {
    const hold = holdOf(agent);
    if (hold !== undefined) held.set(agent.name, hold);
  }
  const others = whole.agents.map(({ name }) => name).filter((name) => !held.has(name));
  const plan =
    held.size === 0 ? whole : planFleet(desired, observed, { ...unattended, only: new Set(others) });
  return { ...survey, whole, plan, held, keys, backOff };
}

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
