import type { AgentConfig, AgentDefaults } from "../types.ts";

/** Keys with a map as their value. By `hosts`, another machine has no such entry at all. */
type MapKey = Exclude<AnyMapKey, "hosts" | "worktree">;

type AnyMapKey = {
  [Key in keyof AgentDefaults]-?: NonNullable<AgentDefaults[Key]> extends
    string | number | boolean | readonly unknown[]
    ? never
    : Key;
}[keyof AgentDefaults];

/** Merges the maps of two levels key by key: an agent over its defaults, or defaults of a host over those of the fleet. */
export function mergedMaps(
  base: AgentDefaults,
  over: AgentDefaults,
): { readonly [Key in MapKey]: AgentDefaults[Key] | undefined } {
  return {
    env: merged(base.env, over.env),
    labels: merged(base.labels, over.labels),
    restart: merged(base.restart, over.restart),
    resources: merged(base.resources, over.resources),
    log: mergedLog(base.log, over.log),
    windows: mergedWindows(base.windows, over.windows),
    ready: over.ready ?? base.ready,
    stop: mergedStop(base.stop, over.stop),
    hooks: merged(base.hooks, over.hooks),
  };
}

/**
 * Returns the defaults of a host over those of the fleet. Lists of envFiles are joined, the fleet's first. A worktree is the
 * workdir of its agent, so a workdir of the host replaces the fleet's repository, and a repository the fleet's workdir.
 */
export function mergedDefaults(base: AgentDefaults, over: AgentDefaults): AgentDefaults {
  const hasRepo = over.worktree?.repo !== undefined;
  const { repo: _repo, ...ofWorktree } = base.worktree ?? {};
  const worktree = merged(
    base.worktree === undefined || over.workdir === undefined ? base.worktree : ofWorktree,
    over.worktree,
  );
  const both = {
    ...base,
    ...over,
    ...mergedMaps(base, over),
    workdir: over.workdir ?? (hasRepo ? undefined : base.workdir),
    worktree,
    envFiles:
      base.envFiles && over.envFiles
        ? [...base.envFiles, ...over.envFiles]
        : (over.envFiles ?? base.envFiles),
  };
  return Object.fromEntries(Object.entries(both).filter(([, value]) => value !== undefined));
}

/** Returns the setting `log` of an agent over the one of `defaults`: maps are merged key by key. */
function mergedLog(base: AgentDefaults["log"], over: AgentConfig["log"]): AgentConfig["log"] {
  if (typeof base === "object" && over === true) return base;
  return typeof base === "object" && typeof over === "object" ? { ...base, ...over } : (over ?? base);
}

/** Returns the windows of an agent over those of `defaults`: a window replaces the one of its name. */
export function mergedWindows(
  base: AgentDefaults["windows"],
  over: AgentConfig["windows"],
): AgentConfig["windows"] {
  return merged(base, over);
}

/** Merges two stops. A text replaces keys, and keys replace a text. */
function mergedStop(base: AgentDefaults["stop"], over: AgentConfig["stop"]): AgentConfig["stop"] {
  const both = merged(base, over);
  if (both?.send === undefined || both.keys === undefined) return both;
  const { send, keys, ...rest } = both;
  return over?.keys === undefined ? { ...rest, send } : { ...rest, keys };
}

/** Copies nothing if there is nothing to merge, as for most agents of a large fleet. */
function merged<T extends object>(base: T | undefined, over: T | undefined): T | undefined {
  return base === undefined || over === undefined ? (over ?? base) : { ...base, ...over };
}
