import { quoteShortened } from "../../describe-path.ts";
import type { Path, Problem } from "../../problem.ts";
import { formerNames } from "../../schema/replicas.ts";
import type { FleetConfig } from "../../types.ts";
import { normalizePath } from "../../../text/paths.ts";
import { declaredWorktree, placedWorktree } from "../../entries/worktree.ts";

/** The worktree of one agent, with its place in the file. */
interface OwnedWorktree {
  readonly agent: string;
  readonly repo: string;
  readonly branch: string;
  readonly path: string;
  readonly at: Path;
}

/**
 * Returns problems of worktrees: those of single entries, and worktrees that share a path or a branch, or contain each
 * other. Compares paths as they are written. git itself refuses the rest before a start.
 */
export function worktreeProblems(config: FleetConfig): readonly Problem[] {
  const { defaults, agents } = config;
  if (
    defaults.worktree === undefined &&
    Object.values(agents).every(({ worktree }) => worktree === undefined)
  )
    return [];
  const placed = placedIn(config);
  return [...doubleWorkdirProblems(config), ...placed.flatMap(repositoryProblem), ...sharedProblems(placed)];
}

function placedIn({ agents, defaults }: FleetConfig): readonly OwnedWorktree[] {
  return Object.entries(agents).flatMap(([name, entry]) => {
    const declared = declaredWorktree(entry, defaults);
    if (declared === undefined) return [];
    const at: Path = entry.worktree === undefined ? ["agents", name] : ["agents", name, "worktree"];
    return formerNames(name, entry.replicas, undefined).map(({ agent, replica }) => {
      const { repo, branch, path } = placedWorktree(declared, { name: agent, replica });
      return { agent, repo: normalizePath(repo), branch, path: normalizePath(path), at };
    });
  });
}

function doubleWorkdirProblems({ agents, defaults }: FleetConfig): readonly Problem[] {
  const both = (path: Path, who: string): Problem => ({
    code: "invalid-value",
    summary: `${who} has both workdir and worktree`,
    detail: "The worktree is the workdir of its agent.",
    hint: "remove workdir; for a folder inside the worktree, write worktree: { workdir: FOLDER }",
    path,
    on: "key",
  });
  return [
    ...(defaults.workdir !== undefined && defaults.worktree?.repo !== undefined
      ? [both(["defaults", "workdir"], "defaults")]
      : []),
    ...Object.entries(agents).flatMap(([name, entry]): readonly Problem[] => {
      const who = `agent ${quoteShortened(name)}`;
      if (entry.worktree === undefined) return [];
      if (entry.workdir !== undefined) return [both(["agents", name, "workdir"], who)];
      if (declaredWorktree(entry, defaults) !== undefined) return [];
      return [
        {
          code: "missing-key",
          summary: `worktree of ${who} has no repo`,
          hint: "add repo: with the folder of the repository",
          path: ["agents", name, "worktree"],
          on: "key",
          absent: "repo",
        },
      ];
    }),
  ];
}

function repositoryProblem({ agent, repo, path, at }: OwnedWorktree): readonly Problem[] {
  const gitFolder = repo.endsWith(".git") ? repo : `${repo}/.git`;
  const where =
    path === repo
      ? "is its repository"
      : isInside(path, gitFolder)
        ? `is inside ${quoteShortened(gitFolder)}`
        : isInside(repo, path)
          ? "contains its repository"
          : undefined;
  if (where === undefined) return [];
  return [
    {
      code: "invalid-value",
      summary: `the worktree of agent ${quoteShortened(agent)} ${where}: ${quoteShortened(path)}`,
      hint: "choose another path, such as ~/worktrees/{name}",
      path: at,
      on: "key",
    },
  ];
}

function sharedProblems(placed: readonly OwnedWorktree[]): readonly Problem[] {
  const byPath = new Map<string, OwnedWorktree>();
  const byBranch = new Map<string, OwnedWorktree>();
  const problems: Problem[] = [];
  for (const each of placed) {
    const branch = `${each.repo}\0${each.branch}`;
    const twin = byPath.get(each.path);
    const sibling = byBranch.get(branch);
    if (twin !== undefined) problems.push(shared(each, twin, `the path ${quoteShortened(each.path)}`));
    else if (sibling !== undefined)
      problems.push(shared(each, sibling, `the branch ${quoteShortened(each.branch)}`));
    byPath.set(each.path, twin ?? each);
    byBranch.set(branch, sibling ?? each);
  }
  for (const each of placed) {
    const outer = parentsOf(each.path)
      .map((path) => byPath.get(path))
      .find((found) => found !== undefined);
    if (outer !== undefined) problems.push(nested(each, outer));
  }
  return problems;
}

function shared({ agent, at }: OwnedWorktree, other: OwnedWorktree, what: string): Problem {
  return {
    code: "invalid-value",
    summary: `the worktrees of agents ${quoteShortened(other.agent)} and ${quoteShortened(agent)} have both ${what}`,
    detail: "Each agent has a worktree and a branch of its own.",
    hint: "write {name} in branch and path, or leave them out",
    path: at,
    on: "key",
  };
}

function nested({ agent, path, at }: OwnedWorktree, outer: OwnedWorktree): Problem {
  return {
    code: "invalid-value",
    summary: `the worktree of agent ${quoteShortened(agent)} is inside that of agent ${quoteShortened(outer.agent)}: ${quoteShortened(path)}`,
    hint: "put the two next to each other",
    path: at,
    on: "key",
  };
}

function parentsOf(path: string): readonly string[] {
  const parents: string[] = [];
  for (let at = path.lastIndexOf("/"); at > 0; at = path.lastIndexOf("/", at - 1))
    parents.push(path.slice(0, at));
  return parents;
}

function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(`${folder}/`);
}
