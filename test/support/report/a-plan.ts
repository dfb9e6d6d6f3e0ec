import type { Action, AgentPlan, Plan } from "../../../src/plan/types.ts";
import { refusal } from "../../../src/plan/allowances.ts";
import type { Change } from "../../../src/plan/change.ts";

const nothing = {
  reason: undefined,
  cost: "none",
  hold: undefined,
  atStake: undefined,
} as const;

type Parts = Pick<AgentPlan, "name" | "action"> & Partial<AgentPlan> & { readonly change?: Change };

/** Returns one agent's part of a plan. `change` is its only change. */
export function agentPlan({ change, ...plan }: Parts): AgentPlan {
  const changes = change === undefined ? [] : [change];
  return { ...nothing, reason: (plan.changes ?? changes)[0]?.reason, changes, ...plan };
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
      cost: "agent",
      atStake: { attached: 0, idleSeconds: 7200 },
    }),
    agentPlan({
      name: "restarted",
      action: "restart",
      cost: "agent",
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
    action("stop", "mosaic-agent@removed.service", {
      agent: "removed",
      reason: "no-longer-declared",
      cost: "agent",
    }),
    {
      ...action("write-file", "/e/added.env", { agent: "added", reason: "new" }),
      kind: "write-file",
      content: "KEY=secret\n",
      mode: 0o600,
    },
    action("daemon-reload", "systemd --user", { reason: "unit-changed" }),
    action("start", "mosaic-tmux-holder.service", { reason: "not-running" }),
  ],
  unmanaged: [
    { kind: "unit", name: "mosaic-agent@other.service" },
    { kind: "session", name: "notes" },
  ],
  notes: [{ kind: "older-script", agents: ["fine"] }],
  hindrance: undefined,
  refusals: [refusal({ guard: "mass-removal", among: "agents", all: 6, removed: 4, stopped: 0 })],
};

function action(
  kind: "stop" | "write-file" | "daemon-reload" | "start",
  target: string,
  { agent, reason, cost = "none" }: Pick<Action, "reason"> & Partial<Pick<Action, "agent" | "cost">>,
): Action {
  const base = { id: `${kind}:${target}`, target, agent, reason, cost };
  if (kind === "stop") return { ...base, kind, timeoutMs: 1000 };
  return { ...base, kind: kind === "write-file" ? "start" : kind };
}

/** A little of each kind, so that the expected text can be read as a whole. */
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
