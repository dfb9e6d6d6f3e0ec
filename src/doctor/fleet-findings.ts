import { naturally } from "../text/natural-order.ts";
import type { Deviation } from "../plan/deviation.ts";
import type { AgentStatus } from "../plan/explain/status.ts";
import type { Note } from "../plan/note.ts";
import { changeKey } from "../plan/same-change.ts";
import type { Plan } from "../plan/types.ts";
import type { ObservedUnit } from "../observed/types.ts";
import { checkOfDeviation, noteKinds } from "./check-of.ts";
import type { Finding, Fix } from "./finding.ts";
import type { LogFacts } from "./log-facts.ts";
import { logFindings } from "./log-findings.ts";

/** The facts about one fleet. */
export interface FleetFacts {
  /** The plan of an apply that interrupts nobody. */
  readonly plan: Plan;
  readonly agents: readonly AgentStatus[];
  readonly units: ReadonlyMap<string, ObservedUnit>;
  /** The folders, files and disks of the declared logs. */
  readonly logs: LogFacts;
  /** The service of the watch with its ActiveState; undefined if none is installed. */
  readonly watchService: { readonly unit: string; readonly active: string } | undefined;
}

/** Returns the findings on a fleet. Pure. */
export function fleetFindings(facts: FleetFacts): readonly Finding[] {
  const { plan, agents } = facts;
  return [
    ...plan.notes.flatMap(noteFinding),
    ...(plan.deviations ?? []).map(deviationFinding),
    ...agents.flatMap(endedAgent),
    ...blockedAgents(plan),
    ...restingAgents(agents),
    ...logFindings(plan, facts.logs),
    ...staleUnits(plan),
    ...failedUnits(facts),
    ...watchFinding(facts),
    ...notApplied(plan),
  ];
}

function noteFinding(note: Note): readonly Finding[] {
  const found = noteKinds[note.kind];
  if (found === undefined) return [];
  const [check, severity] = found;
  const fix = fixOfNote(note);
  return [{ check, severity, kind: "note", note, ...(fix === undefined ? {} : { fix }) }];
}

function fixOfNote(note: Note): Fix | undefined {
  if (note.kind === "socket-gone") return { kind: "recreate-socket" };
  if (note.kind === "server-down" && note.isGivenUp) return { kind: "reset-failed", units: [note.holder] };
  return undefined;
}

function deviationFinding(deviation: Deviation): Finding {
  const check = checkOfDeviation(deviation);
  return { check, severity: "warning", kind: "deviation", deviation };
}

function endedAgent(status: AgentStatus): readonly Finding[] {
  const { name: agent, state, unit, exitStatus, restarts, memoryEnd } = status;
  const check = "agents";
  if (state !== "failed" && state !== "restarting") {
    if (memoryEnd === undefined) return [];
    return [{ check, severity: "warning", kind: "memory-ran-out", agent, restarts, memoryEnd }];
  }
  const isRetried = state === "restarting";
  const facts = { kind: "agent-failed", agent, unit, exitStatus, restarts, isRetried } as const;
  return [{ check, severity: "broken", ...facts, ...(memoryEnd === undefined ? {} : { memoryEnd }) }];
}

/** Returns one finding for each different obstacle: an obstacle of the whole fleet is a note already. */
function blockedAgents({ agents, hindrance }: Plan): readonly Finding[] {
  const ofFleet = hindrance && changeKey(hindrance);
  const groups = new Map<string, Extract<Finding, { readonly kind: "agent-blocked" }>>();
  for (const agent of agents) {
    const [change] = agent.action === "blocked" ? agent.changes : [];
    if (change === undefined || changeKey(change) === ofFleet) continue;
    const key = changeKey(change);
    const names = [...(groups.get(key)?.agents ?? []), agent.name];
    groups.set(key, { check: "agents", severity: "broken", kind: "agent-blocked", agents: names, change });
  }
  return [...groups.values()];
}

/** Returns the agents somebody keeps down, or has stopped: on purpose, so there is nothing to fix. */
function restingAgents(agents: readonly AgentStatus[]): readonly Finding[] {
  const suspended = agents.filter(({ plan }) => plan?.suspended !== undefined).map(({ name }) => name);
  const down = agents
    .filter(({ plan, state, desired }) => state === "stopped" && desired === "running" && !plan?.suspended)
    .map(({ name }) => name);
  return [...resting("agents-suspended", suspended), ...resting("agents-down", down)];
}

function resting(kind: "agents-suspended" | "agents-down", agents: readonly string[]): readonly Finding[] {
  return agents.length === 0 ? [] : [{ check: "agents", severity: "advice", kind, agents }];
}

/** Returns the unit files systemd has not read since their change. */
function staleUnits({ shared, agents }: Plan): readonly Finding[] {
  const changes = [...shared, ...agents.flatMap(({ changes: own }) => own)];
  const paths = changes.flatMap((change) => (change.reason === "not-loaded" ? [change.target] : []));
  if (paths.length === 0) return [];
  const fix = { kind: "daemon-reload" } as const;
  return [
    { check: "units", severity: "warning", kind: "units-stale", paths: naturally(new Set(paths)), fix },
  ];
}

/** Returns the failed units of agents that are not declared: nothing but systemd's memory is left of them. */
function failedUnits({ units, agents }: FleetFacts): readonly Finding[] {
  const declared = new Set(agents.filter(({ desired }) => desired !== undefined).map(({ unit }) => unit));
  const failed = [...units.values()]
    .filter(({ name, active }) => active === "failed" && name.includes("@") && !declared.has(name))
    .map(({ name }) => name)
    .sort();
  if (failed.length === 0) return [];
  const fix = { kind: "reset-failed", units: failed } as const;
  return [{ check: "units", severity: "warning", kind: "units-failed", units: failed, fix }];
}

function watchFinding({ watchService, plan }: FleetFacts): readonly Finding[] {
  // A watch without its program is a note already.
  if (watchService === undefined || plan.notes.some(({ kind }) => kind === "watch-broken")) return [];
  const { unit, active } = watchService;
  if (active === "active" || active === "activating" || active === "reloading") return [];
  const fix = active === "failed" ? ({ kind: "reset-failed", units: [unit] } as const) : undefined;
  const facts = { kind: "watch-down", unit, state: active } as const;
  return [{ check: "watch", severity: "broken", ...facts, ...(fix === undefined ? {} : { fix }) }];
}

function notApplied({ actions }: Plan): readonly Finding[] {
  if (actions.length === 0) return [];
  return [{ check: "fleet", severity: "advice", kind: "not-applied", actions: actions.length }];
}
