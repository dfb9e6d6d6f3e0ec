import type { Suspension } from "../../../src/desired/marks/suspension.ts";
import type {
  AgentActionKind,
  AgentPlan,
  AtStake,
  EffectiveAction,
  PendingAgent,
} from "../../../src/plan/agent-plan.ts";
import { costOfEnding } from "../../../src/plan/view/at-stake.ts";
import type { Action, Plan } from "../../../src/plan/types.ts";
import { refusal } from "../../../src/plan/allowances.ts";
import type { Change, Reason } from "../../../src/plan/change.ts";

type PlanOf<Kind extends AgentActionKind> = Extract<AgentPlan, { readonly action: Kind }>;

/** The parts of an agent's plan that a test is about. */
interface Parts<Kind extends AgentActionKind> {
  readonly name: string;
  readonly action: Kind;
  /** The only change. */
  readonly change?: Change;
  readonly changes?: readonly Change[];
  readonly reason?: Reason;
  readonly hold?: PendingAgent["hold"] | undefined;
  readonly awaiting?: EffectiveAction;
  readonly atStake?: AtStake;
  readonly suspended?: Suspension;
}

/** Returns one agent's part of a plan, with defaults for everything that a test is not about. */
export function agentPlan<Kind extends AgentActionKind>(parts: Parts<Kind>): PlanOf<Kind> {
  // The compiler does not know that both have the same action.
  return wholePlan(parts) as PlanOf<Kind>;
}

function wholePlan(parts: Parts<AgentActionKind>): AgentPlan {
  const { name, action, change, changes = change === undefined ? [] : [change], atStake, suspended } = parts;
  const reason = parts.reason ?? changes[0]?.reason ?? "new";
  const common = { name, changes, reason, cost: "none", suspended } as const;
  switch (action) {
    case "none":
      return { name, action, changes, cost: "none", suspended };
    case "add":
      return { ...common, action, reason: "new" };
    case "change":
    case "start":
    case "adopt":
      return { ...common, action };
    case "restart":
    case "stop":
    case "remove":
      return { ...common, action, ...costOfEnding(atStake) };
    case "blocked":
      return { ...common, action, atStake };
    case "pending": {
      const { hold = "busy", awaiting = "restart" } = parts;
      if (hold !== "suspended") return { ...common, action, hold, awaiting, atStake };
      const since = { by: undefined, sinceMs: undefined, untilMs: undefined };
      return { ...common, action, hold, atStake, suspended: suspended ?? since };
    }
  }
}

/** A plan with every feature of a plan. */
export const aPlan: Plan = {
  fleet: "mosaic",
  socket: "mosaic-factory",
  summary: { add: 1, change: 3, restart: 1, remove: 1, pending: 2, blocked: 1, daemonReload: true },
  agents: [
    agentPlan({ name: "added", action: "add", reason: "new", changes: [] }),
    agentPlan({
      name: "blocked",
      action: "blocked",
      change: { reason: "workdir-missing", path: "/srv/app" },
    }),
    agentPlan({
      name: "busy",
      action: "pending",
      change: { reason: "env-changed", fields: ["env.MODEL"] },
      hold: "busy",
      atStake: { attached: 2, idleSeconds: 4 },
    }),
    agentPlan({
      name: "changed",
      action: "change",
      change: { reason: "settings-changed", record: "drop-in", names: ["MemoryMax"] },
    }),
    agentPlan({ name: "fine", action: "none" }),
    agentPlan({
      name: "kept",
      action: "pending",
      change: { reason: "command-changed", fields: ["command"] },
      hold: "kept",
      atStake: { attached: 0, idleSeconds: 90 },
    }),
    agentPlan({
      name: "removed",
      action: "remove",
      change: { reason: "no-longer-declared" },
      atStake: { attached: 0, idleSeconds: 7200 },
    }),
    agentPlan({
      name: "restarted",
      action: "restart",
      atStake: { attached: 1, idleSeconds: 200_000 },
      changes: [
        { reason: "config-changed", fields: ["command", "env.A"] },
        { reason: "mode-changed", file: "env", mode: { found: 0o644, wanted: 0o600 } },
      ],
    }),
    agentPlan({
      name: "started",
      action: "start",
      change: { reason: "failed", exitStatus: 3, isRetried: false },
    }),
    agentPlan({ name: "stopped", action: "stop", change: { reason: "stop-wanted" } }),
  ],
  shared: [
    {
      path: "/u/mosaic-agent@.service",
      role: "template",
      reason: "unit-changed",
      directives: ["TimeoutStopSec"],
    },
    { path: "/u/start-agent-session.sh", role: "script", reason: "new" },
  ],
  actions: [
    anAction("stop", "mosaic-agent@removed.service", {
      agent: "removed",
      reason: "no-longer-declared",
      cost: "agent",
    }),
    {
      ...anAction("write-file", "/e/added.env", { agent: "added", reason: "new" }),
      kind: "write-file",
      content: "KEY=secret\n",
      mode: 0o600,
    },
    anAction("daemon-reload", "systemd --user", { reason: "unit-changed" }),
    anAction("start", "mosaic-tmux-holder.service", { reason: "not-running" }),
  ],
  unmanaged: [
    { kind: "unit", name: "mosaic-agent@other.service" },
    { kind: "session", name: "notes" },
  ],
  notes: [{ kind: "older-script", agents: ["fine"] }],
  hindrance: undefined,
  refusals: [refusal({ guard: "mass-removal", among: "agents", all: 6, removed: 4, stopped: 0 })],
};

function anAction(
  kind: "stop" | "write-file" | "daemon-reload" | "start",
  target: string,
  { agent, reason, cost = "none" }: Pick<Action, "reason"> & Partial<Pick<Action, "agent" | "cost">>,
): Action {
  const base = { id: `${kind}:${target}`, target, agent, reason, cost };
  if (kind === "stop") return { ...base, kind, timeoutMs: 1000 };
  return { ...base, kind: kind === "write-file" ? "start" : kind };
}

/** A little of each kind, so the expected text can be read as a whole. */
export const smallPlan: Plan = {
  ...aPlan,
  agents: aPlan.agents.filter(({ name }) =>
    ["added", "blocked", "busy", "fine", "removed", "restarted"].includes(name),
  ),
  shared: aPlan.shared.slice(0, 1),
  actions: aPlan.actions.slice(0, 1),
  summary: { add: 1, change: 0, restart: 1, remove: 1, pending: 1, blocked: 1, daemonReload: true },
};

/** A plan for nothing. */
export const emptyPlan: Plan = {
  ...aPlan,
  summary: { add: 0, change: 0, restart: 0, remove: 0, pending: 0, blocked: 0, daemonReload: false },
  agents: [agentPlan({ name: "fine", action: "none" })],
  shared: [],
  actions: [],
  unmanaged: [],
  notes: [],
  refusals: [],
};
