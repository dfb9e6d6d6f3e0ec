import { digest } from "../../text/digests/digest.ts";
import type { DesiredAgent } from "../../desired/types.ts";
import type { Survey } from "../../observed/survey.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { findRenames, type Renames } from "../../plan/rename/find-renames.ts";
import { planFleet } from "../../plan/fleet/plan-fleet.ts";
import { cautious } from "../../plan/cautious.ts";
import type { AgentPlan } from "../../plan/agent-plan.ts";
import type { Plan, PlanOptions } from "../../plan/types.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import { withoutLasting, type BackOff } from "../loop/back-off.ts";
import { holdFinder, type Hold, type Moment } from "./find-hold.ts";
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
  const find = holdFinder(survey, whole, keys, { ...moment, ...lasting });
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

/** Returns the whole configuration of an agent: an edit of any part begins a new count. */
function attemptKey({ env, dropIn, unitFile, timer }: DesiredAgent): string {
  return digest([env, dropIn, unitFile, timer?.file].map((file) => file?.content ?? "").join("\n"));
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
