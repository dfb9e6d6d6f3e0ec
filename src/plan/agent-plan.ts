import type { Suspension } from "../desired/marks/suspension.ts";
import type { SilentWork } from "../observed/types.ts";
import type { Change, Reason } from "./change.ts";

/** One agent in a plan: its action, and the data this action alone has. */
export type AgentPlan = AgentEntry &
  (
    | (AgentStep & { readonly suspended?: Suspension | undefined })
    | (Leave & { readonly suspended: Suspension })
  );

/** An agent waiting for its action, or left alone by a suspension. */
export type PendingAgent = Extract<AgentPlan, { readonly action: "pending" }>;

/** An agent with an obstacle. */
export type BlockedAgent = Extract<AgentPlan, { readonly action: "blocked" }>;

/** An agent with a live session its action ends. */
export type InterruptedAgent = Extract<AgentPlan, { readonly cost: "agent" }>;

interface AgentEntry {
  readonly name: string;
  /** Undefined for an agent. */
  readonly kind?: "service" | undefined;
  /** Everything that differs, line by line, also without a possible action now. An added agent usually has none. */
  readonly changes: readonly Change[];
}

/** An action that does something to an agent. */
export type EffectiveAction = "add" | "change" | "restart" | "start" | "stop" | "remove" | "adopt";

/** Everything a plan can say of an agent. */
export type AgentActionKind = AgentPlan["action"];

/** The action for an agent without a suspension in its way. `reason` is that of the first change. */
export type AgentStep = Unchanged | Addition | Adjustment | Interruption | Wait | Block;

/** Nothing differs. */
interface Unchanged {
  readonly action: "none";
  readonly cost: "none";
}

/** The agent is new, or takes the place of others. */
interface Addition {
  readonly action: "add";
  readonly reason: "new" | "takes-place";
  readonly cost: "none";
}

/** An action that interrupts nobody. */
interface Adjustment {
  readonly action: "change" | "start" | "adopt";
  readonly reason: Reason;
  readonly cost: "none";
}

/** An action that ends the agent's session, if it has a live one. */
type Interruption = {
  readonly action: "restart" | "stop" | "remove";
  readonly reason: Reason;
} & Interrupting;

/** The cost of the end of a session. */
export type Interrupting = LiveSession | NoSession;

interface LiveSession {
  readonly cost: "agent";
  readonly atStake: AtStake;
}

interface NoSession {
  readonly cost: "none";
}

/** The properties of a reason to wait, for all that treat waits alike. */
interface HoldTraits {
  /** True if the policy of a live agent keeps it as it is, although its files may be new: see mayInterrupt. */
  readonly isByPolicy: boolean;
  /** True if an awaited end follows without a further request: a guard counts it like an end of now. */
  readonly leadsToEnd: boolean;
  /** True if no event reports the end of the wait: a watch looks again as soon as the agent can be idle. */
  readonly isPolled: boolean;
}

/** The reasons to wait, with their properties. The words of each are in report/plan/agents/hold-text.ts. */
export const waitReasons = {
  /** It works, or somebody is attached. */
  busy: { isByPolicy: true, leadsToEnd: true, isPolled: true },
  /** Its policy is `onChange: keep`. */
  kept: { isByPolicy: true, leadsToEnd: false, isPolled: false },
  /** A job it waits for is not completed. */
  job: { isByPolicy: false, leadsToEnd: false, isPolled: false },
  /** It has to end on another host first. */
  move: { isByPolicy: false, leadsToEnd: false, isPolled: false },
} as const satisfies Readonly<Record<string, HoldTraits>>;

/** The reasons for which a change of an agent waits. */
type WaitReason = keyof typeof waitReasons;

/** The reasons of a policy to wait. */
export type PolicyWait = {
  [Name in WaitReason]: (typeof waitReasons)[Name]["isByPolicy"] extends true ? Name : never;
}[WaitReason];

/** The agent waits with its change. */
export interface Wait {
  readonly action: "pending";
  readonly reason: Reason;
  readonly cost: "none";
  /** The reason for the wait. */
  readonly hold: WaitReason;
  /** The action the agent waits for. */
  readonly awaiting: EffectiveAction;
  /** The live session the action would interrupt; undefined without one. */
  readonly atStake: AtStake | undefined;
}

/** Somebody has asked to leave the agent alone, and it differs. */
export interface Leave {
  readonly action: "pending";
  readonly reason: Reason;
  readonly cost: "none";
  readonly hold: "suspended";
  /** The live session an action would interrupt; undefined without one. */
  readonly atStake: AtStake | undefined;
}

/** The agent cannot be changed. */
export interface Block {
  readonly action: "blocked";
  readonly reason: Reason;
  readonly cost: "none";
  /** The agent's live session; undefined without one. */
  readonly atStake: AtStake | undefined;
}

/** The effect of an interruption on a live session. */
export interface AtStake {
  /** Number of people: clients with a keyboard. */
  readonly attached: number;
  /** Other clients, if there are any: read-only ones, and programs in control mode. They do not make an agent busy. */
  readonly viewers?: number;
  /** Since the last output. */
  readonly idleSeconds: number;
  /** The sign of work in a silent agent. */
  readonly work?: SilentWork;
  /** The program says it is idle, and its prompt is empty: then its quiet time does not matter. */
  readonly isDone?: true;
}

/** Returns the reason of an agent's action; undefined for an unchanged one. */
export function reasonOf(agent: AgentPlan): Reason | undefined {
  return agent.action === "none" ? undefined : agent.reason;
}

/** Returns the live session an agent's action interrupts or would interrupt; undefined without one. */
export function stakeOf(agent: AgentPlan): AtStake | undefined {
  switch (agent.action) {
    case "restart":
    case "stop":
    case "remove":
      return agent.cost === "agent" ? agent.atStake : undefined;
    case "pending":
    case "blocked":
      return agent.atStake;
    case "none":
    case "add":
    case "change":
    case "start":
    case "adopt":
      return undefined;
  }
}

/** Returns the action an agent waits for; undefined if it waits for none. */
export function awaitedAction(agent: AgentPlan): EffectiveAction | undefined {
  return agent.action === "pending" && agent.hold !== "suspended" ? agent.awaiting : undefined;
}

/** Returns the properties of an agent's wait; undefined for an agent that does not wait, or is suspended. */
export function waitTraitsOf(agent: AgentPlan): HoldTraits | undefined {
  return agent.action === "pending" && agent.hold !== "suspended" ? waitReasons[agent.hold] : undefined;
}

/** Returns true for an agent waiting for its own end. */
export function waitsForEnd(agent: AgentPlan): boolean {
  const awaiting = awaitedAction(agent);
  return awaiting === "stop" || awaiting === "remove";
}

/** Returns true for an agent changed as soon as it is idle. */
export function isBusy(agent: AgentPlan): agent is PendingAgent & { readonly hold: "busy" } {
  return agent.action === "pending" && agent.hold === "busy";
}

/** Marks the services among the agents of a plan. */
export function withKinds(
  agents: readonly AgentPlan[],
  isService: (name: string) => boolean,
): readonly AgentPlan[] {
  return agents.map((agent) => (isService(agent.name) ? { ...agent, kind: "service" } : agent));
}
