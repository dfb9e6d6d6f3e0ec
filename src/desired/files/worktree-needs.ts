import type { AgentConfig } from "../../config/types.ts";
import { expandHome } from "../../text/paths.ts";
import type { Inputs, WorktreeInput } from "../inputs.ts";
import type { Layout } from "../layout.ts";
import type { Need } from "../need.ts";

/** Returns an entry whose worktree has absolute paths. */
export function withWorktreeAtHome(entry: AgentConfig, home: string): AgentConfig {
  const { worktree } = entry;
  if (worktree === undefined) return entry;
  const pathFromHome = (path: string | undefined): string | undefined => path && expandHome(path, home);
  return {
    ...entry,
    worktree: { ...worktree, repo: pathFromHome(worktree.repo), path: pathFromHome(worktree.path) },
  };
}

/** The machine, as far as it is known. */
interface WorktreeContext {
  readonly inputs: Inputs;
  readonly layout: Layout;
}

/** Returns the reasons why an agent cannot get its declared worktree; none if its place is not known. Pure. */
export function worktreeNeeds(
  { repo = "", path = "", branch = "" }: NonNullable<AgentConfig["worktree"]>,
  { inputs, layout }: WorktreeContext,
): readonly Need[] {
  const input = inputs.worktrees?.get(path);
  if (input === undefined) return [];
  if (!input.hasRepository) return [{ reason: "repository-missing", path: repo }];
  const { agent, place, others } = input;
  switch (place.kind) {
    case "taken":
      return [{ reason: "worktree-taken", path, by: place.by }];
    case "free": {
      const [other] = others;
      return other === undefined
        ? []
        : [{ reason: "worktree-differs", agent, path: other, is: other, declared: path }];
    }
    case "worktree":
      return foundNeeds(place, { agent, repo, path, branch }, layout.fleet);
  }
}

/** Returns the needs of an agent in whose place there is a worktree. An agent may have switched its branch by itself. */
function foundNeeds(
  { head, mark }: Extract<WorktreeInput["place"], { readonly kind: "worktree" }>,
  wanted: { readonly agent: string; readonly repo: string; readonly path: string; readonly branch: string },
  fleet: string,
): readonly Need[] {
  const { agent, repo, path, branch } = wanted;
  if (mark !== undefined && mark.fleet !== fleet)
    return [{ reason: "worktree-taken", path, by: "other-fleet" }];
  if (mark !== undefined && mark.repo !== repo)
    return [{ reason: "worktree-taken", path, by: "other-repository" }];
  if (head === branch || mark?.branch === branch) return [];
  const is = mark?.branch ?? head ?? "a detached HEAD";
  return [{ reason: "worktree-differs", agent, path, is, declared: branch }];
}
