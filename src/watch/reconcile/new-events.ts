import { agentViews, type AgentView } from "../../plan/view/agent-view.ts";
import { isCompleted } from "../../plan/view/completed.ts";
import { changeKey } from "../../plan/same-change.ts";
import type { AgentPlan } from "../../plan/types.ts";
import { unitPhase } from "../../plan/view/unit-phase.ts";
import type { HeldPlan, Hold } from "./plan-with-holds.ts";
import type { WatchEvent } from "../../events/watch-events.ts";

/** What has been told already, so that each thing is told once. */
export interface Told {
  /** What waits, is blocked or refused, and notes, as long as they stand. */
  readonly standing: ReadonlySet<string>;
  /** Agents that fail, with the number of attempts after which that was told last. */
  readonly failing: ReadonlyMap<string, number>;
  /** systemd's automatic restarts of each agent, as they were last seen. */
  readonly restarts: ReadonlyMap<string, number>;
}

export const nothingTold: Told = { standing: new Set(), failing: new Map(), restarts: new Map() };

/** A run counts as no failure any more when it has lasted for so long, ms. */
export const recoveredMs = 10_000;

export interface NewEvents {
  readonly told: Told;
  readonly events: readonly WatchEvent[];
}

/** What is new in a look, compared with what was told before. Failures are told without their last words. Pure. */
export function newEvents(told: Told, considered: HeldPlan, nowMs: number): NewEvents {
  const standing = standingEvents(considered, nowMs);
  const failures = failureEvents(told, considered, nowMs);
  return {
    told: { standing: new Set(standing.keys()), failing: failures.failing, restarts: failures.restarts },
    events: [
      ...failures.events,
      ...[...standing].flatMap(([key, event]) => (told.standing.has(key) ? [] : [event])),
    ],
  };
}

/** What stands for longer than a look, by what makes it another one. */
function standingEvents(considered: HeldPlan, nowMs: number): ReadonlyMap<string, WatchEvent> {
  const { whole, plan, held, desired, observed } = considered;
  const events = new Map<string, WatchEvent>();
  const view = agentViews(observed, desired.layout);
  for (const agent of desired.agents) {
    if (!agent.isJob || !isCompleted(agent, view(agent.name))) continue;
    const atMs = view(agent.name).completion?.atMs;
    events.set(`completed ${agent.name} ${atMs}`, { kind: "completed", agent: agent.name, atMs });
  }
  for (const agent of whole.agents) {
    if (agent.action === "pending") events.set(keyOf(agent), { kind: "waiting", plan: agent });
    if (agent.action === "blocked") events.set(keyOf(agent), { kind: "blocked", plan: agent });
  }
  for (const { name, action } of whole.agents) {
    const event = heldEvent(name, action, held.get(name), nowMs);
    if (event !== undefined) events.set(`held ${name} ${event.action} ${event.why}`, event);
  }
  for (const refusal of whole.refusals) {
    events.set(`refused ${JSON.stringify(refusal)}`, { kind: "refused", refusal });
  }
  for (const deviation of whole.deviations ?? []) {
    events.set(`deviation ${JSON.stringify(deviation)}`, { kind: "deviation", deviation });
  }
  for (const note of plan.notes) events.set(`note ${JSON.stringify(note)}`, { kind: "plan-note", note });
  return events;
}

/** What people should know of a wait. That an envFile is given two seconds is not worth a word. */
function heldEvent(
  agent: string,
  action: AgentPlan["action"],
  hold: Hold | undefined,
  nowMs: number,
): Extract<WatchEvent, { kind: "held" }> | undefined {
  if (action !== "remove" && action !== "stop" && action !== "restart") return undefined;
  switch (hold?.why) {
    case "young":
    case "churn":
    case "clock":
      return { kind: "held", agent, action, why: hold.why, inMs: hold.untilMs - nowMs };
    case "attached":
      return { kind: "held", agent, action, why: hold.why, inMs: undefined };
    case "back-off":
    case "unfinished":
    case "systemd-restarts":
    case "refused":
    case undefined:
      return undefined;
  }
}

function keyOf({ name, action, changes: [main], hold }: AgentPlan): string {
  return [action, name, main && changeKey(main), hold].join(" ");
}

interface Failures {
  readonly events: readonly WatchEvent[];
  readonly failing: ReadonlyMap<string, number>;
  readonly restarts: ReadonlyMap<string, number>;
}

/**
 * Of an agent that keeps failing, the first failure is told, then how each attempt of the watch has ended, and that it
 * runs again once it has done so for a while; but not each of the restarts that systemd makes in between.
 */
function failureEvents(told: Told, considered: HeldPlan, nowMs: number): Failures {
  const { desired, observed, whole, backOff, keys, held } = considered;
  const view = agentViews(observed, desired.layout);
  const isServers = isServersFault(considered);
  const events: WatchEvent[] = [];
  const failing = new Map<string, number>();
  const restarts = new Map<string, number>();
  for (const declared of desired.agents) {
    const { name, state } = declared;
    const agent = view(name);
    if (state !== "running" || !agent.owned || isCompleted(declared, agent)) continue;
    const count = agent.runtime?.restarts ?? 0;
    restarts.set(name, count);
    const known = backOff.get(name);
    const attempts = known?.key === keys.get(name) ? (known?.count ?? 0) : 0;
    const before = told.failing.get(name);
    const failure = { agent: name, exitStatus: agent.exitStatus, lines: [] };
    const condition = conditionOf(agent, count > (told.restarts.get(name) ?? count), observed.now);
    if (isServers && (condition === "down" || condition === "crashed")) {
      if (before !== undefined) failing.set(name, before);
      continue;
    }
    switch (condition) {
      case "down": {
        const nextTryMs = nextTryIn(
          whole.agents.find((each) => each.name === name),
          held.get(name),
          nowMs,
        );
        if (before !== attempts) events.push({ kind: "failed", ...failure, nextTryMs });
        failing.set(name, attempts);
        break;
      }
      case "crashed":
        if (before === undefined) events.push({ kind: "crashed", ...failure });
        failing.set(name, before ?? -1);
        break;
      case "up":
        if (before !== undefined) events.push({ kind: "recovered", agent: name });
        break;
      case "unsure":
        if (before !== undefined) failing.set(name, before);
        break;
    }
  }
  return { events, failing, restarts };
}

/** How long agents may take to come back after their server, ms. */
const serverAftermathMs = 30_000;

/** That agents fall because their tmux server did. A note of the plan tells of the server, once, and not of each of them. */
function isServersFault({ observed, desired }: HeldPlan): boolean {
  const { tmux, units, serverEndMs, now } = observed;
  const isAftermath = serverEndMs !== undefined && now - serverEndMs < serverAftermathMs;
  return (
    tmux.kind === "absent" || unitPhase(units.get(desired.layout.holderUnit)) !== "running" || isAftermath
  );
}

/** Undefined where the watch does not start it, as one that is suspended or blocked. */
function nextTryIn(plan: AgentPlan | undefined, hold: Hold | undefined, nowMs: number): number | undefined {
  if (plan?.action !== "start" && plan?.action !== "restart") return undefined;
  return hold?.why === "back-off" ? hold.untilMs - nowMs : 0;
}

type Condition =
  /** It has ended, and systemd has given up on it. */
  | "down"
  /** It has ended, and systemd starts it again, or has done so. */
  | "crashed"
  | "up"
  /** It runs for too short a time to tell, or was stopped on purpose. */
  | "unsure";

function conditionOf(agent: AgentView, wasRestarted: boolean, now: number): Condition {
  switch (unitPhase(agent.unit)) {
    case "failed":
      return "down";
    case "stopped":
      return agent.pane?.dead ? "down" : "unsure";
    case "restarting":
      return "crashed";
    case "running": {
      if (wasRestarted) return "crashed";
      const sinceMs = agent.runtime?.startedMs;
      return sinceMs !== undefined && now - sinceMs >= recoveredMs ? "up" : "unsure";
    }
    case "starting":
    case "stopping":
      return "unsure";
  }
}
