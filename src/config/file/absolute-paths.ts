import { join } from "node:path/posix";
import type { AgentConfig, AgentDefaults, FleetConfig } from "../types.ts";

/** Returns true for a path that is neither absolute nor below the home directory. */
function isRelative(path: string): boolean {
  return !/^(?:\/|~$|~\/)/.test(path);
}

/**
 * Makes each relative path of a configuration absolute, from `folder`, the absolute path of fleet.yaml's
 * folder. Returns the same value if there is none. Pure.
 */
export function withAbsolutePaths(config: FleetConfig, folder: string): FleetConfig {
  if (!hasRelativePaths(config)) return config;
  const absolute = (path: string): string =>
    isRelative(path) ? withoutEndingSlash(join(folder, path)) : path;
  const { defaults, agents, tmux } = config;
  return {
    ...config,
    tmux: tmux.config === undefined ? tmux : { ...tmux, config: absolute(tmux.config) },
    defaults: withPaths(defaults, absolute),
    agents: Object.fromEntries(
      Object.entries(agents).map(([name, agent]): [string, AgentConfig] => [
        name,
        withPaths(agent, absolute),
      ]),
    ),
  };
}

/** Returns true if any path of a configuration is relative to the folder of its file. */
export function hasRelativePaths({ tmux, defaults, agents }: FleetConfig): boolean {
  return (
    (tmux.config !== undefined && isRelative(tmux.config)) ||
    [defaults, ...Object.values(agents)].some((each) => pathsOf(each).some(isRelative))
  );
}

function pathsOf({ workdir, envFiles }: AgentDefaults): readonly string[] {
  return [...(workdir === undefined ? [] : [workdir]), ...(envFiles ?? [])];
}

function withPaths<T extends AgentDefaults>(each: T, absolute: (path: string) => string): T {
  return {
    ...each,
    ...(each.workdir === undefined ? {} : { workdir: absolute(each.workdir) }),
    ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles.map(absolute) }),
  };
}

function withoutEndingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}
