import type { FleetConfig } from "../config/types.ts";

/** Facts about things that fleet.yaml refers to but that the fleet does not own. Paths are absolute. */
export interface Inputs {
  /** Digest of each envFile's content, or why there is none. */
  readonly envFiles: ReadonlyMap<string, EnvFileInput>;
  readonly workdirs: ReadonlyMap<string, "directory" | "missing" | "not-a-directory">;
}

export type EnvFileInput =
  | {
      readonly kind: "content";
      readonly digest: string;
      /** Of an assignment that systemd would not take, but write to the journal: see unusableLine. */
      readonly unusableLine?: number | undefined;
    }
  | { readonly kind: "missing" }
  | { readonly kind: "unreadable"; readonly message: string };

/** Which paths have to be looked at to fill Inputs. */
export interface InputPaths {
  readonly envFiles: readonly string[];
  readonly workdirs: readonly string[];
}

/** The paths that a configuration refers to, each once, with `~` expanded. */
export function inputPaths(config: FleetConfig, home: string): InputPaths {
  const envFiles = new Set<string>();
  const workdirs = new Set<string>();
  for (const agent of Object.values(config.agents)) {
    for (const path of [...(config.defaults.envFiles ?? []), ...(agent.envFiles ?? [])]) {
      envFiles.add(expandHome(path, home));
    }
    workdirs.add(expandHome(agent.workdir ?? config.defaults.workdir ?? "~", home));
  }
  return { envFiles: [...envFiles], workdirs: [...workdirs] };
}

/** `~` and `~/x` become absolute; everything else stays. */
export function expandHome(path: string, home: string): string {
  if (path === "~") return home;
  return path.startsWith("~/") ? `${home}${path.slice(1)}` : path;
}
