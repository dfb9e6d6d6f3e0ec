import { lookedUpProgram, pathOf } from "../doctor/looked-up-program.ts";
import type { AgentConfig, FleetConfig } from "../config/types.ts";
import { declaredWorktree } from "../config/entries/worktree.ts";
import { instancesOf } from "../desired/instances.ts";
import type { Need } from "../desired/need.ts";
import type { Desired, DesiredAgent } from "../desired/types.ts";
import { managerFacts } from "../drivers/systemd/manager-facts.ts";
import type { Observed } from "../observed/types.ts";
import { unchangedAgents } from "../plan/fleet/unchanged-agents.ts";
import { unitOverrides } from "../plan/in-force/unit-overrides.ts";
import type { Exec } from "../system/exec.ts";
import { findProgram } from "./doctor/find-program.ts";

/**
 * Adds a need to each agent that has to start and has a preset whose program is not there: it would only end at once. Asks
 * systemd for the PATH of units if there is such an agent to start. Without an answer, nothing is missing. The same
 * holds for a PATH known to envFiles or drop-ins alone, for a program made before the start, and for agents without a
 * preset, whose command is a matter of its shell.
 */
export async function withMissingPrograms(
  config: FleetConfig,
  desired: Desired,
  observed: Observed,
  exec: Exec,
): Promise<Desired> {
  const programs = presetPrograms(config, desired, observed);
  if (programs.size === 0) return desired;
  const facts = await managerFacts(exec);
  const managerPath = facts.ok ? facts.value.path : undefined;
  if (managerPath === undefined) return desired;
  const found = new Map<string, boolean>();
  const isReachable = (program: string, path: string): boolean => {
    const key = `${program}\0${path}`;
    const known = found.get(key) ?? findProgram(program, path) !== undefined;
    found.set(key, known);
    return known;
  };
  const agents = desired.agents.map((agent) => {
    const use = programs.get(agent.name);
    const path = use?.pathOf(managerPath);
    if (use === undefined || path === undefined || isReachable(use.program, path)) return agent;
    const need: Need = { reason: "program-missing", program: use.program, path };
    return { ...agent, needs: [...agent.needs, need] };
  });
  return { ...desired, agents };
}

interface PresetProgram {
  readonly program: string;
  readonly pathOf: (managerPath: string) => string | undefined;
}

/** Returns true if a job, a hook or the worktree may make the program before the start. */
function mayBeMade(
  program: string,
  { awaits = [] }: DesiredAgent,
  entry: AgentConfig,
  { defaults }: FleetConfig,
): boolean {
  const worktree = declaredWorktree(entry, defaults);
  const hooks = { ...defaults.hooks, ...entry.hooks };
  return (
    awaits.length > 0 ||
    hooks.preStart !== undefined ||
    worktree?.setup !== undefined ||
    (worktree !== undefined && program.startsWith("/"))
  );
}

/** Returns the programs of agents with a preset that do not run as declared. */
function presetPrograms(
  config: FleetConfig,
  desired: Desired,
  observed: Observed,
): ReadonlyMap<string, PresetProgram> {
  const programs = new Map<string, PresetProgram>();
  if (!Object.values(config.runtimes).some(({ preset }) => preset !== undefined)) return programs;
  const unchanged = unchangedAgents(desired, observed);
  const overrides = unitOverrides(observed, desired.layout);
  const declared = new Map(desired.agents.map((agent) => [agent.name, agent]));
  for (const { name, entry } of instancesOf(config)) {
    const agent = declared.get(name);
    if (agent?.state !== "running" || unchanged.has(name)) continue;
    const runtime = entry.runtime ?? config.defaults.runtime;
    const hasPreset = runtime !== undefined && config.runtimes[runtime]?.preset !== undefined;
    if (!hasPreset || entry.command !== undefined || overrides(agent.unit).dropIns.length > 0) continue;
    const program = lookedUpProgram(entry, config);
    if (program === undefined || mayBeMade(program, agent, entry, config)) continue;
    programs.set(name, { program, pathOf: (path) => pathOf(entry, config, path) });
  }
  return programs;
}
