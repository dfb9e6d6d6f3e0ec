import { isInForce } from "../../desired/marks/suspension.ts";
import { stakeOf, waitTraitsOf, type AtStake } from "../../plan/agent-plan.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { endPolicies } from "../../plan/agent/end-policy.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { HeldPlan } from "./plan-with-holds.ts";

/** The time until it looks again at changes on their way, and at its own changes, ms. */
const soonMs = 1_000;

/**
 * The interval of looks at an agent waiting for people to leave, or for its silent work to end, ms: no event reports
 * either.
 */
const attachedMs = 5_000;

/** The resolution of the time of the last output from tmux: whole seconds, in ms. */
const graininessMs = 1_000;

/**
 * Returns the time until something is due without any event, ms; undefined for never. It is the earliest moment at which
 * a busy agent can be idle, a failed agent may be tried again, or a suspension ends. `nowMs` is by the clock of `held`.
 */
export function dueIn(considered: HeldPlan, nowMs: number): number | undefined {
  const { desired, observed, whole, held } = considered;
  const view = agentViews(observed, desired.layout);
  const policy = endPolicies(desired, view);
  const times = whole.agents.flatMap((agent) => {
    const { name, suspended } = agent;
    const phase = unitPhase(view(name).unit);
    const until = held.get(name);
    const stake = waitTraitsOf(agent)?.isPolled === true ? stakeOf(agent) : undefined;
    return [
      ...(phase === "starting" || phase === "stopping" ? [soonMs] : []),
      ...(until !== undefined && "untilMs" in until ? [until.untilMs - nowMs] : []),
      ...(until?.why === "attached" ? [attachedMs] : []),
      ...(until?.why === "systemd-restarts" ? [soonMs] : []),
      ...(suspended?.untilMs !== undefined && isInForce(suspended, observed.now)
        ? [suspended.untilMs - observed.now]
        : []),
      ...(stake === undefined ? [] : [quietIn(stake, policy(name).idleAfterMs)]),
    ];
  });
  return times.length === 0 ? undefined : Math.max(Math.min(...times), soonMs / 4);
}

/** Returns the time until an agent may be idle, or until the next look at people and silent work. */
function quietIn({ attached, work, idleSeconds }: AtStake, idleAfterMs: number): number {
  return attached > 0 || work ? attachedMs : idleIn(idleSeconds, idleAfterMs);
}

function idleIn(idleSeconds: number, idleAfterMs: number): number {
  return Math.max(idleAfterMs - idleSeconds * 1_000, 0) + graininessMs;
}
