import { isInForce } from "../../desired/marks/suspension.ts";
import { agentViews } from "../../plan/view/agent-view.ts";
import { endPolicies } from "../../plan/agent/end-policy.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { HeldPlan } from "./plan-with-holds.ts";

/** By how much the time between two full passes varies, so that many machines do not look at the same moment. */
const jitter = 0.1;

/** How soon it looks again at what is on its way, and at what it has just changed, ms. */
const soonMs = 1_000;

/** How often it looks whether people have left an agent that waits for that, or its silent work is over, ms: nothing tells. */
const attachedMs = 5_000;

/** tmux tells the time of the last output in whole seconds, ms. */
const graininessMs = 1_000;

/** A full pass, about so many ms from now. `random` is in [0, 1). */
export function resyncIn(resyncMs: number, random: number): number {
  return resyncMs * (1 - jitter + 2 * jitter * random);
}

/**
 * How long until something is to be done that nothing will tell of, ms; undefined for never: the earliest moment at which
 * a busy agent can be idle, an agent that failed may be tried again, a suspension ends. `nowMs` is by the clock of `held`.
 */
export function dueIn(considered: HeldPlan, nowMs: number): number | undefined {
  const { desired, observed, whole, held } = considered;
  const view = agentViews(observed, desired.layout);
  const policy = endPolicies(desired, view);
  const times = whole.agents.flatMap(({ name, hold, atStake, suspended }) => {
    const phase = unitPhase(view(name).unit);
    const until = held.get(name);
    return [
      ...(phase === "starting" || phase === "stopping" ? [soonMs] : []),
      ...(until !== undefined && "untilMs" in until ? [until.untilMs - nowMs] : []),
      ...(until?.why === "attached" ? [attachedMs] : []),
      ...(until?.why === "systemd-restarts" ? [soonMs] : []),
      ...(suspended?.untilMs !== undefined && isInForce(suspended, observed.now)
        ? [suspended.untilMs - observed.now]
        : []),
      ...(hold === "busy" && atStake !== undefined
        ? [
            atStake.attached > 0 || atStake.work
              ? attachedMs
              : idleIn(atStake.idleSeconds, policy(name).idleAfterMs),
          ]
        : []),
    ];
  });
  return times.length === 0 ? undefined : Math.max(Math.min(...times), soonMs / 4);
}

function idleIn(idleSeconds: number, idleAfterMs: number): number {
  return Math.max(idleAfterMs - idleSeconds * 1_000, 0) + graininessMs;
}
