import { join } from "node:path/posix";
import { protectPlaceholders } from "../entries/placeholders.ts";
import { mapWorkdirs } from "../entries/window-texts.ts";
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
  const absolute: Absolute = {
    file: (path) => absoluteIn(folder, path),
    // Placeholders are filled in later, and the name of the folder may look like one.
    filled: (path) => absoluteIn(protectPlaceholders(folder), path),
  };
  const { defaults, agents, tmux, notify } = config;
  return {
    ...config,
    ...(notify && {
      notify: notify.map((each) =>
        each.webhookFile === undefined ? each : { ...each, webhookFile: absolute.file(each.webhookFile) },
      ),
    }),
    tmux: tmux.config === undefined ? tmux : { ...tmux, config: absolute.file(tmux.config) },
    defaults: withPaths(defaults, absolute),
    agents: Object.fromEntries(
      Object.entries(agents).map(([name, agent]): [string, AgentConfig] => [
        name,
        withPaths(agent, absolute),
      ]),
    ),
  };
}

interface Absolute {
  readonly file: (path: string) => string;
  /** For a path that may have placeholders. */
  readonly filled: (path: string) => string;
}

function absoluteIn(folder: string, path: string): string {
  return isRelative(path) ? withoutEndingSlash(join(folder, path)) : path;
}

/** Returns true if any path of a configuration is relative to the folder of its file. */
export function hasRelativePaths(config: FleetConfig): boolean {
  return relativePathsIn(config).length > 0;
}

/** Returns the paths of a configuration that are relative to the folder of its file. */
export function relativePathsIn({
  tmux,
  defaults,
  hosts = {},
  agents,
  notify = [],
}: FleetConfig): readonly string[] {
  const shared = [...notify.map(({ webhookFile }) => webhookFile), tmux.config];
  const ofHosts = Object.values(hosts).flatMap((host) => host.defaults ?? []);
  return [...shared, ...[defaults, ...ofHosts, ...Object.values(agents)].flatMap(writtenPaths)].filter(
    (path): path is string => path !== undefined && isRelative(path),
  );
}

function writtenPaths({ workdir, envFiles, windows, worktree }: AgentDefaults): readonly string[] {
  const paths = [workdir, worktree?.repo, worktree?.path, ...(envFiles ?? [])].filter(
    (path) => path !== undefined,
  );
  if (windows === undefined) return paths;
  mapWorkdirs(windows, (path) => {
    paths.push(path);
    return path;
  });
  return paths;
}

function withPaths<T extends AgentDefaults>(each: T, absolute: Absolute): T {
  return {
    ...each,
    ...(each.workdir === undefined ? {} : { workdir: absolute.filled(each.workdir) }),
    ...(each.envFiles === undefined ? {} : { envFiles: each.envFiles.map(absolute.filled) }),
    ...(each.windows === undefined ? {} : { windows: mapWorkdirs(each.windows, absolute.filled) }),
    ...(each.worktree === undefined ? {} : { worktree: withWorktreePaths(each.worktree, absolute) }),
  };
}

function withWorktreePaths(
  worktree: NonNullable<AgentDefaults["worktree"]>,
  { filled }: Absolute,
): NonNullable<AgentDefaults["worktree"]> {
  const { repo, path } = worktree;
  return {
    ...worktree,
    ...(repo === undefined ? {} : { repo: filled(repo) }),
    ...(path === undefined ? {} : { path: filled(path) }),
  };
}

function withoutEndingSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}
