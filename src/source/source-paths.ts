import { dirname, join } from "node:path/posix";
import type { Machine } from "../machine/machine.ts";
import { pulledName } from "../observe/files/git-revision.ts";

/** The files of a Git source on this machine, absolute. */
export interface SourcePaths {
  /** source.yaml: the settings. */
  readonly settings: string;
  /** The link to the files of the revision in place. */
  readonly pulled: string;
  /** The fleet file of the revision in place, to be followed. */
  readonly fleetFile: string;
  /** The folder of everything below. */
  readonly state: string;
  /** The lock of the process that fetches. */
  readonly lock: string;
  /** The bare copies of repositories. */
  readonly mirrors: string;
  /** One folder a revision, with its fleet files. */
  readonly trees: string;
  /** The last applied revision. */
  readonly anchor: string;
  /** The places of agents, as the last applied revision has them. */
  readonly places: string;
  /** The pin and the accepted revision, by a person. */
  readonly orders: string;
  /** The revisions that were applied, one JSON object a line. */
  readonly applied: string;
  /** The result of the last pass, on tmpfs. */
  readonly seen: string;
}

/** Returns the path of a fleet's source.yaml. */
export function sourceFile(fleet: string, { configHome }: Pick<Machine, "configHome">): string {
  return join(configHome, fleet, "fleet/source.yaml");
}

/** Returns the path of the allowed signers an enrollment writes. */
export function signersFile(fleet: string, machine: Pick<Machine, "configHome">): string {
  return join(dirname(sourceFile(fleet, machine)), "allowed_signers");
}

/** Returns the fleet file a source.yaml leads to. */
export function pulledFile(settings: string): string {
  return join(dirname(settings), pulledName, "fleet.yaml");
}

/** Returns the paths of a source. */
export function sourcePaths(settings: string, fleet: string, machine: Machine): SourcePaths {
  const { home, stateHome = join(home, ".local/state"), runtimeDir } = machine;
  const state = join(stateHome, fleet, "fleet/source");
  return {
    settings,
    pulled: join(dirname(settings), pulledName),
    fleetFile: pulledFile(settings),
    state,
    lock: join(state, "lock"),
    mirrors: join(state, "mirrors"),
    trees: join(state, "trees"),
    anchor: join(state, "anchor.json"),
    places: join(state, "places.json"),
    orders: join(state, "orders.json"),
    applied: join(state, "applied.jsonl"),
    seen: join(runtimeDir, "mosaic-fleet", `${fleet}.source`),
  };
}
