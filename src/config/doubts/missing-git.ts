import type { Diagnostic } from "../../diagnostics/diagnostic.ts";
import type { FleetConfig } from "../types.ts";
import { hasWorktrees } from "../entries/worktree.ts";
import { defaultUnitPath } from "../../runtimes/unit-path.ts";

/**
 * Warns of worktrees without git, because their agents cannot start. `find` looks a program up on a PATH, and `path` is that
 * of the caller. Says nothing of agents with another PATH: fleet doctor looks there.
 */
export function gitWarnings(
  config: FleetConfig,
  find: (program: string, path: string) => string | undefined,
  path: string,
): readonly Diagnostic[] {
  if (!hasWorktrees(config) || find("git", `${path}:${defaultUnitPath}`) !== undefined) return [];
  return [
    {
      severity: "warning",
      code: "missing-program",
      summary: "git was not found, and agents with a worktree do not start without it",
      hint: "install git",
    },
  ];
}
