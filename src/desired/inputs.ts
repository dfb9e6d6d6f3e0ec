import type { FleetConfig } from "../config/types.ts";
import type { EnvFileDoubt } from "./env/env-file-doubts.ts";
import { expandHome } from "../text/paths.ts";
import { hasWorktrees } from "../config/entries/worktree.ts";
import { entriesOf, instancesOf } from "./instances.ts";

/** The facts about files fleet.yaml refers to but the fleet does not own. Paths are absolute. */
export interface Inputs {
  /** Digest of each envFile's content, or the reason for its absence. */
  readonly envFiles: ReadonlyMap<string, EnvFileInput>;
  /**
   * Digest of systemd's variables from a list of envFiles, by environmentKey. Lists with an unreadable file
   * have none.
   */
  readonly environments?: ReadonlyMap<string, string>;
  readonly workdirs: ReadonlyMap<string, "directory" | "missing" | "not-a-directory">;
  /** The places of worktrees, by path. */
  readonly worktrees?: ReadonlyMap<string, WorktreeInput> | undefined;
  /** Doubtful lines of envFiles, by path: for people alone, never compared. */
  readonly doubts?: ReadonlyMap<string, EnvFileDoubts> | undefined;
}

export interface EnvFileDoubts {
  /** Lines systemd reads otherwise than shells do. */
  readonly lines: readonly EnvFileDoubt[];
  /** True if it has secrets and other accounts can read it. */
  readonly isOpen: boolean;
}

export type EnvFileInput =
  | {
      readonly kind: "content";
      readonly digest: string;
      /** Line of an assignment systemd would reject and write to the journal: see unusableLine. */
      readonly unusableLine?: number | undefined;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly trouble: EnvFileTrouble };

/** The reason why an envFile cannot be read. */
export type EnvFileTrouble =
  | { readonly kind: "lost-link"; readonly target: string }
  | { readonly kind: "folder" }
  /** No regular file, or a larger one than any env file. */
  | { readonly kind: "not-regular" }
  | { readonly kind: "denied" }
  /** `said` is the message of the system. */
  | { readonly kind: "failed"; readonly said: string };

/** Something in the place of a worktree. */
export type WorktreeTaker =
  | "files"
  | "repository"
  /** A worktree whose repository is not where it was. */
  | "lost-worktree"
  | "other-fleet"
  | "other-repository";

/** The place of a worktree. */
export interface WorktreeInput {
  readonly agent: string;
  /** True if there is a folder of this path. */
  readonly hasRepository: boolean;
  readonly place:
    | { readonly kind: "free" }
    | { readonly kind: "taken"; readonly by: "files" | "repository" | "lost-worktree" }
    | {
        readonly kind: "worktree";
        /** Undefined if its HEAD is detached. */
        readonly head: string | undefined;
        readonly mark: WorktreeMark | undefined;
      };
  /** Other existing worktrees made by fleet for this agent. */
  readonly others: readonly string[];
  /** The reason for a failure to make it or to set it up at the last start; undefined after a success. */
  readonly failure?: string | undefined;
}

/** The file fleet leaves in git's folder of a worktree. */
export interface WorktreeMark {
  readonly fleet: string;
  readonly agent: string;
  readonly repo: string;
  readonly branch: string;
  /** True if fleet has made the worktree, false if it has found it. */
  readonly isMade: boolean;
}

/** A worktree to be read. Paths are absolute. */
export interface WorktreePlace {
  readonly agent: string;
  readonly repo: string;
  readonly path: string;
}

/** The paths to read for Inputs. */
export interface InputPaths {
  readonly envFiles: readonly string[];
  /** The envFiles of each agent, in their order; each list once. */
  readonly environments?: readonly (readonly string[])[];
  readonly workdirs: readonly string[];
  readonly worktrees?: readonly WorktreePlace[];
  /** The tmux.conf of the fleet, if it has one of its own. */
  readonly tmuxConfig?: string | undefined;
}

/** Returns a name for a list of envFiles. */
export function environmentKey(paths: readonly string[]): string {
  return paths.join("\n");
}

/** Returns the mark in the text of git's file about a worktree; undefined for any other text. Pure. */
export function parseWorktreeMark(text: string): WorktreeMark | undefined {
  const values = new Map(
    text.split("\n").map((line): [string, string] => {
      const at = line.indexOf("=");
      return [line.slice(0, at), line.slice(at + 1)];
    }),
  );
  const [fleet, agent, repo, branch] = ["fleet", "agent", "repo", "branch"].map((key) => values.get(key));
  if (fleet === undefined || agent === undefined || repo === undefined || branch === undefined)
    return undefined;
  return { fleet, agent, repo, branch, isMade: values.get("made") === "fleet" };
}

/** Returns the paths in a configuration, each once, with `~` expanded. */
export function inputPaths(config: FleetConfig, home: string): InputPaths {
  const envFiles = new Set<string>();
  const environments = new Map<string, readonly string[]>();
  const workdirs = new Set<string>();
  for (const agent of entriesOf(config)) {
    const paths = (agent.envFiles ?? []).map((path) => expandHome(path, home));
    for (const path of paths) envFiles.add(path);
    if (paths.length > 0) environments.set(environmentKey(paths), paths);
    if (agent.worktree?.path === undefined) {
      const usual = agent.service === true ? undefined : config.defaults.workdir;
      workdirs.add(expandHome(agent.workdir ?? usual ?? "~", home));
    }
  }
  const { config: tmuxConfig } = config.tmux;
  return {
    envFiles: [...envFiles],
    ...(environments.size > 0 ? { environments: [...environments.values()] } : {}),
    workdirs: [...workdirs],
    ...(hasWorktrees(config) ? { worktrees: worktreePlaces(config, home) } : {}),
    ...(tmuxConfig === undefined ? {} : { tmuxConfig: expandHome(tmuxConfig, home) }),
  };
}

/** Returns the worktrees of all agents. */
function worktreePlaces(config: FleetConfig, home: string): readonly WorktreePlace[] {
  return instancesOf(config).flatMap(({ name, entry: { worktree } }) => {
    if (worktree?.repo === undefined || worktree.path === undefined) return [];
    const [repo, path] = [worktree.repo, worktree.path].map((each) => expandHome(each, home));
    return repo === undefined || path === undefined ? [] : [{ agent: name, repo, path }];
  });
}
