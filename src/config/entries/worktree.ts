import {
  fillPlaceholders,
  hasPlaceholder,
  protectPlaceholders,
  type PlaceholderValues,
} from "./placeholders.ts";
import type { AgentConfig, AgentDefaults, FleetConfig } from "../types.ts";

/** The map `worktree` of an agent. */
type WorktreeConfig = NonNullable<AgentConfig["worktree"]>;

/** The worktree of an entry, with the keys of `defaults`. It may have placeholders. */
export interface DeclaredWorktree extends WorktreeConfig {
  readonly repo: string;
}

/** The worktree of one agent, without placeholders. */
export interface PlacedWorktree extends DeclaredWorktree {
  readonly branch: string;
  readonly path: string;
}

/**
 * Returns the worktree of an entry, over the one of `defaults`; undefined for an agent without. A workdir of its own
 * replaces a worktree of `defaults`.
 */
export function declaredWorktree(
  { worktree, workdir, service }: Pick<AgentConfig, "worktree" | "workdir" | "service">,
  defaults: AgentDefaults,
): DeclaredWorktree | undefined {
  if (service === true) return undefined;
  if (worktree === undefined && (defaults.worktree === undefined || workdir !== undefined)) return undefined;
  const both = { ...defaults.worktree, ...worktree };
  return both.repo === undefined ? undefined : { ...both, repo: both.repo };
}

/** Returns true for a fleet with a worktree for any agent. */
export function hasWorktrees({ agents, defaults, hosts = {} }: FleetConfig): boolean {
  return (
    defaults.worktree !== undefined ||
    Object.values(agents).some(({ worktree }) => worktree !== undefined) ||
    Object.values(hosts).some((host) => host.defaults?.worktree !== undefined)
  );
}

/** Returns the worktree of one agent. Branches and paths of replicas end with the number if they have no placeholder. */
export function placedWorktree(declared: DeclaredWorktree, values: PlaceholderValues): PlacedWorktree {
  const filledIn = (text: string): string => fillPlaceholders(text, values);
  const numbered = (text: string): string =>
    values.replica === undefined || hasPlaceholder(text) ? filledIn(text) : `${text}-${values.replica}`;
  const repo = filledIn(declared.repo);
  return {
    ...declared,
    repo,
    branch: numbered(declared.branch ?? "{name}"),
    path: numbered(
      declared.path?.replace(/(?<=.)\/+$/, "") ?? `${protectPlaceholders(folderBeside(repo))}/{name}`,
    ),
    ...(declared.from === undefined ? {} : { from: filledIn(declared.from) }),
  };
}

/** Returns the working directory of its agent. */
export function workdirIn({ path, workdir }: PlacedWorktree): string {
  return workdir === undefined ? path : `${path}/${workdir}`;
}

/** Returns the folder for worktrees next to a repository: `~/src/app.worktrees`, as editors have it. */
function folderBeside(repo: string): string {
  return `${repo.replace(/\/+$/, "").replace(/(?<=[^/])(?:\/\.git|\.git)$/, "")}.worktrees`;
}
