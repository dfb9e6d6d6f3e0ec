import type { UiAgent } from "../../../src/ui/protocol.ts";
import { ago } from "../clock.ts";

/** The time since its last output within which an agent counts as at work, ms. */
const freshMs = 5_000;

/** A reason against a prompt for an agent. */
export interface Objection {
  readonly text: string;
  /** True if the agent cannot get it at all. */
  readonly isFinal: boolean;
}

/** Returns what speaks against a prompt for an agent now; undefined if nothing does. `fleet send` checks its screen, too. */
export function objectionTo(agent: UiAgent, now: number): Objection | undefined {
  const { activity, attached, isService, quietSince, state } = agent;
  if (isService) return { text: "is a service", isFinal: true };
  if (state !== "running" && state !== "starting") return { text: `is ${agent.stateText}`, isFinal: true };
  if (activity?.state === "waiting") {
    const reason = activity.reason === null ? "" : `: ${activity.reason}`;
    return { text: `waits for an answer${reason}`, isFinal: false };
  }
  if (attached > 0) return { text: "somebody is attached", isFinal: false };
  if (activity?.state === "working") return { text: "works", isFinal: false };
  if (activity === null && quietSince !== null && now - quietSince < freshMs) {
    return { text: `last output ${ago(quietSince)} ago`, isFinal: false };
  }
  return undefined;
}
