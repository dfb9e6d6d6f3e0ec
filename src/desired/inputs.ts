import type { FleetConfig } from "../config/types.ts";
import type { EnvFileDoubt } from "./files/env-file-doubts.ts";
import { expandHome } from "../text/paths.ts";
import { entriesOf } from "./instances.ts";

/** The facts about files that fleet.yaml refers to but the fleet does not own. Paths are absolute. */
export interface Inputs {
  /** Digest of each envFile's content, or the reason for its absence. */
  readonly envFiles: ReadonlyMap<string, EnvFileInput>;
  /**
   * Digest of systemd's variables from a list of envFiles, by environmentKey. Lists with an unreadable file
   * have none.
   */
  readonly environments?: ReadonlyMap<string, string>;
  readonly workdirs: ReadonlyMap<string, "directory" | "missing" | "not-a-directory">;
  /** Doubtful lines of envFiles, by path: for people alone, never compared. */
  readonly doubts?: ReadonlyMap<string, EnvFileDoubts> | undefined;
}

export interface EnvFileDoubts {
  /** Lines that systemd reads otherwise than shells do. */
  readonly lines: readonly EnvFileDoubt[];
  /** True if it has secrets and other accounts can read it. */
  readonly isOpen: boolean;
}

export type EnvFileInput =
  | {
      readonly kind: "content";
      readonly digest: string;
      /** Line of an assignment that systemd would reject and write to the journal: see unusableLine. */
      readonly unusableLine?: number | undefined;
    }
  | { readonly kind: "missing" }
  /** \`message\` completes a sentence that begins with the path: "is a folder". */
  | { readonly kind: "unreadable"; readonly message: string };

/** The paths to read for Inputs. */
export interface InputPaths {
  readonly envFiles: readonly string[];
  /** The envFiles of each agent, in their order; each list once. */
  readonly environments?: readonly (readonly string[])[];
  readonly workdirs: readonly string[];
  /** The tmux.conf of the fleet, if it has one of its own. */
  readonly tmuxConfig?: string | undefined;
}

/** Returns a name for a list of envFiles. */
export function environmentKey(paths: readonly string[]): string {
  return paths.join("\n");
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
    const usual = agent.service === true ? undefined : config.defaults.workdir;
    workdirs.add(expandHome(agent.workdir ?? usual ?? "~", home));
  }
  const { config: tmuxConfig } = config.tmux;
  return {
    envFiles: [...envFiles],
    ...(environments.size > 0 ? { environments: [...environments.values()] } : {}),
    workdirs: [...workdirs],
    ...(tmuxConfig === undefined ? {} : { tmuxConfig: expandHome(tmuxConfig, home) }),
  };
}
