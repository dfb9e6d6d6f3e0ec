import { naturally } from "../../text/natural-order.ts";
import type { DesiredWindow } from "../../desired/windows/windows.ts";
import type { Desired } from "../../desired/types.ts";
import { agentUnit } from "../../desired/layout.ts";
import type { MemoryEnd, Observed, UnitWait } from "../../observed/types.ts";
import { agentViews, isService, seenNames, type AgentView } from "../view/agent-view.ts";
import { waitOf } from "../view/current-wait.ts";
import { isCompleted } from "../view/completed.ts";
import { compareWindows } from "../view/compare-windows.ts";
import { atStake } from "../view/at-stake.ts";
import type { Reason } from "../change.ts";
import type { AgentPlan } from "../agent-plan.ts";
import type { Plan } from "../types.ts";
import { isUp, unitPhase } from "../view/unit-phase.ts";

export type AgentState =
  | "running"
  | "starting"
  | "scheduled"
  | "completed"
  | "stopped"
  | "failed"
  | "restarting"
  | "missing"
  | "unmanaged";

/** One agent as `fleet status` shows it. */
export interface AgentStatus {
  readonly name: string;
  /** Undefined for an agent. */
  readonly kind?: "service" | undefined;
  /** Undefined for an undeclared agent. */
  readonly desired: "running" | "stopped" | undefined;
  /** Its labels in fleet.yaml; undefined for an undeclared agent. */
  readonly labels: Readonly<Record<string, string>> | undefined;
  readonly state: AgentState;
  readonly unit: string;
  readonly active: string;
  readonly sub: string;
  /** The process in the agent's pane, or the main process of a service. */
  readonly pid: number | undefined;
  /** Since when it runs, or has been completed, ms since the epoch. */
  readonly since: number | undefined;
  readonly restarts: number;
  readonly exitStatus: number | undefined;
  /** A stopped agent's time until the kill, ms; undefined if it ended by itself. */
  readonly killedAfterMs: number | undefined;
  /** The end of the last run, if memory ran out. A deliberate start forgets it. */
  readonly memoryEnd?: MemoryEnd | undefined;
  /** The step systemd waits for, or the missed time to be ready. */
  readonly wait?: UnitWait | undefined;
  /** Number of people: clients with a keyboard. */
  readonly attached: number;
  /** Other clients: read-only ones, and programs in control mode. */
  readonly viewers: number;
  readonly idleSeconds: number | undefined;
  /** The declared windows and panes next to it, if there are any. */
  readonly windows?: readonly SideStatus[];
  /** The reason of apply to touch it, or of its wait. */
  readonly pending: Reason | undefined;
  /** Its whole plan, for more details. */
  readonly plan: AgentPlan | undefined;
}

/** A declared pane next to an agent. */
interface SideStatus {
  /** Its name: that of its window, with a number if the window has several panes. */
  readonly name: string;
  readonly state: "running" | "ended" | "missing";
  /** The process in the pane. */
  readonly pid: number | undefined;
  /** The exit status of an ended command, if it is known. */
  readonly exitStatus: number | undefined;
}

/** Returns all declared or observed agents, sorted by name, with their plans. Pure. */
export function agentStatuses(desired: Desired, observed: Observed, plan: Plan): readonly AgentStatus[] {
  const view = agentViews(observed, desired.layout);
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  const plans = new Map(plan.agents.map((agent) => [agent.name, agent]));
  const names = new Set([
    ...declared.keys(),
    ...seenNames(observed, desired.layout).filter((name) => agentExists(view(name))),
  ]);
  return naturally(names).map((name): AgentStatus => {
    const agent = view(name);
    const live = atStake(agent.pane, observed.now);
    const agentPlan = plans.get(name);
    const up = unitPhase(agent.unit) === "running";
    const declaredAgent = declared.get(name);
    const done = declaredAgent !== undefined && isCompleted(declaredAgent, agent);
    const known = done ? "completed" : agentState(agent, declaredAgent !== undefined);
    // systemd shows a timer waiting for its time as active.
    const waits = declaredAgent?.timer !== undefined && isUp(unitPhase(agent.timer));
    const state = waits && known === "stopped" ? "scheduled" : known;
    // systemd leaves the runtime directory of an agent removed while it waits for its automatic restart.
    const isMissing = state === "missing";
    const isOfService = declaredAgent === undefined ? isService(agent) : declaredAgent.unitFile !== undefined;
    return {
      name,
      ...(isOfService ? { kind: "service" } : {}),
      desired: declaredAgent?.state,
      labels: declaredAgent?.labels,
      state,
      unit: agentUnit(desired.layout, name),
      active: agent.unit?.active ?? "inactive",
      sub: agent.unit?.sub ?? "dead",
      pid: live === undefined ? (up ? agent.runtime?.pid : undefined) : agent.pane?.pid,
      since: up ? agent.runtime?.startedMs : done ? agent.completion?.atMs : undefined,
      restarts: isMissing ? 0 : (agent.runtime?.restarts ?? 0),
      exitStatus: up || isMissing ? undefined : done ? 0 : agent.exitStatus,
      wait: waitOf(agent, declaredAgent?.wants ?? [], view, observed.now),
      killedAfterMs: state === "stopped" ? agent.runtime?.killedAfterMs : undefined,
      ...(isMissing || agent.runtime?.memoryEnd === undefined ? {} : { memoryEnd: agent.runtime.memoryEnd }),
      attached: live?.attached ?? 0,
      viewers: live?.viewers ?? 0,
      idleSeconds: live?.idleSeconds,
      ...(declaredAgent?.windows === undefined
        ? {}
        : { windows: sideStatuses(declaredAgent.windows, agent) }),
      pending: agentPlan?.action === "none" ? undefined : agentPlan?.reason,
      plan: agentPlan,
    };
  });
}

function sideStatuses(declared: readonly DesiredWindow[], { sides }: AgentView): readonly SideStatus[] {
  return compareWindows(declared, sides).windows.flatMap(({ panes }) =>
    panes.map(({ label, found }) => ({
      name: label,
      state: found === undefined ? "missing" : found.dead ? "ended" : "running",
      pid: found?.dead === false ? found.pid : undefined,
      exitStatus: found?.dead === true ? found.exitStatus : undefined,
    })),
  );
}

function agentExists({ owned, env, unit }: AgentView): boolean {
  return owned || env !== undefined || unitPhase(unit) !== "stopped";
}

function agentState(agent: AgentView, declared: boolean): AgentState {
  if (!agent.owned && agentExists(agent)) return "unmanaged";
  if (!agent.owned && declared) return "missing";
  const phase = unitPhase(agent.unit);
  return phase === "stopping" ? "stopped" : phase;
}
