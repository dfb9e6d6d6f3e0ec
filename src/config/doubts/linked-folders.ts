import type { Path } from "../problem.ts";
import type { FleetConfig } from "../types.ts";

/** A folder linked into worktrees although tools write into it. */
export interface LinkedFolder {
  /** As written in fleet.yaml. */
  readonly folder: string;
  readonly path: Path;
}

/** Folders of package managers and build tools, which one agent would change for all. */
const written: ReadonlySet<string> = new Set(
  "node_modules .venv venv env vendor target build dist .next .gradle .tox Pods".split(" "),
);

/** Returns the entries of `worktree.link` into which tools write. Pure. */
export function linkedFolders({ agents, defaults, hosts = {} }: FleetConfig): readonly LinkedFolder[] {
  const places: readonly (readonly [Path, readonly string[] | undefined])[] = [
    [["defaults", "worktree", "link"], defaults.worktree?.link],
    ...Object.entries(hosts).map(
      ([name, host]) =>
        [["hosts", name, "defaults", "worktree", "link"], host.defaults?.worktree?.link] as const,
    ),
    ...Object.entries(agents).map(
      ([name, { worktree }]) => [["agents", name, "worktree", "link"], worktree?.link] as const,
    ),
  ];
  return places.flatMap(([path, links = []]) =>
    links.flatMap((folder, index) =>
      written.has(folder.slice(folder.lastIndexOf("/") + 1)) ? [{ folder, path: [...path, index] }] : [],
    ),
  );
}
